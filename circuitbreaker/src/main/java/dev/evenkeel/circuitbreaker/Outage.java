package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.GateState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The story of one outage, from the trip to the close, as it is told in the log: what would be a
 * line for each probe becomes one line after 1, 2, 4, 8 ... minutes. Its methods are called under
 * the machine's lock.
 */
final class Outage {

  private static final long FIRST_SUMMARY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Announcer announcer;
  private final long beganNanos;
  private long summaryAfterNanos = FIRST_SUMMARY_NANOS;
  private long rampWarningAfterNanos = FIRST_SUMMARY_NANOS;
  private long rampBeganNanos;
  private long failedProbes;
  private long relapses;

  /** Set by whichever thread made the last call. */
  private volatile @Nullable Throwable lastFailure;

  Outage(Announcer announcer, long nowNanos) {
    this.announcer = announcer;
    beganNanos = nowNanos;
    rampBeganNanos = nowNanos;
  }

  /** What a call or ping ended with; null if with a result. Called without the lock. */
  void callEnded(@Nullable Throwable failure) {
    if (failure != null || lastFailure != null) {
      lastFailure = failure;
    }
  }

  void probeFailed(String reason, long nowNanos) {
    failedProbes++;
    Throwable last = lastFailure;
    announcer.line(Level.DEBUG, () -> last == null ? reason : reason + "; " + Words.failure(last));
    long length = nowNanos - beganNanos;
    if (length >= summaryAfterNanos) {
      long probes = failedProbes;
      String also = relapses == 0 ? "" : relapses + " relapses, ";
      announcer.line(
          Level.INFO,
          () -> "still down after "
              + Words.time(length)
              + ": "
              + also
              + probes
              + " probes failed, last: "
              + (last == null ? reason : Words.failure(last)));
      summaryAfterNanos = doubledBeyond(summaryAfterNanos, length);
    }
  }

  void rampBegan(long nowNanos) {
    rampBeganNanos = nowNanos;
    rampWarningAfterNanos = FIRST_SUMMARY_NANOS;
  }

  void relapsed() {
    relapses++;
  }

  /** Whether it is time to say that a ramp goes on for long. */
  boolean isRampWarningDue(long nowNanos) {
    return nowNanos - rampBeganNanos >= rampWarningAfterNanos;
  }

  void rampGoesOn(GateState state, String why, long nowNanos) {
    long length = nowNanos - rampBeganNanos;
    long percent = Math.round(100 * state.share());
    announcer.line(
        Level.WARN,
        () -> "still on the ramp after "
            + Words.time(length)
            + ": "
            + percent
            + " % are let through, "
            + why);
    rampWarningAfterNanos = doubledBeyond(rampWarningAfterNanos, length);
  }

  private static long doubledBeyond(long after, long length) {
    long next = after;
    while (next <= length && next < Long.MAX_VALUE / 2) {
      next *= 2;
    }
    return next;
  }

  /** The whole of it, for its last line. */
  String story(long refusedCalls, long nowNanos) {
    return "the outage took "
        + Words.time(nowNanos - beganNanos)
        + ", of which the ramp "
        + Words.time(nowNanos - rampBeganNanos)
        + "; "
        + failedProbes
        + " probes failed, "
        + (relapses == 0 ? "" : relapses + " relapses, ")
        + refusedCalls
        + " calls were refused";
  }
}
