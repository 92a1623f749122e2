package dev.evenkeel.micrometer;

import dev.evenkeel.core.CallTally;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.SettingsChange;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.core.WouldHave;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts everything of one pipeline. It does not have the clock read; what it is told of the time,
 * of a sample of the calls of a busy pipeline, it records. Thread-safe.
 */
final class CallMeters implements CallTally {

  /** As long as core waits before it says in the log that an interrupt was ignored. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PipelineMeters meters;
  private final DurationSwitch durations;
  private final Comebacks comebacks;
  private final Runnable onSettings;

  CallMeters(
      PipelineMeters meters, DurationSwitch durations, Comebacks comebacks, Runnable onSettings) {
    this.meters = meters;
    this.durations = durations;
    this.comebacks = comebacks;
    this.onSettings = onSettings;
  }

  @Override
  public boolean wantsDurations() {
    return false;
  }

  @Override
  public boolean wantsResults() {
    return false;
  }

  @Override
  public void onCallStart(CallView call) {
    if (call.weight() > 1) {
      timeLeft(meters, call);
    }
  }

  /** For a call whose time is known. */
  static void timeLeft(PipelineMeters meters, CallView call) {
    long left = call.remainingNanos(call.startedNanos());
    if (left != Long.MAX_VALUE) {
      meters.timeLeft(left);
    }
  }

  @Override
  public void onPlainCall(CallView call, long durationNanos) {
    meters.plainCallEnded();
    sample(call, Verdict.SUCCESS, durationNanos);
  }

  @Override
  public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
    meters.callEnded(verdict);
    sample(call, verdict, durationNanos);
  }

  private void sample(CallView call, Verdict verdict, long durationNanos) {
    if (call.weight() > 1 && durationNanos != UNKNOWN_DURATION) {
      meters.callTook(verdict, durationNanos);
      durations.onSample(call.startedNanos(), call.weight());
    }
  }

  @Override
  public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
    meters.attemptEnded(call.attempt(), call.hedge(), verdict);
    if (verdict == Verdict.TIMEOUT
        && durationNanos != UNKNOWN_DURATION
        && call.failure() instanceof CallTimeoutException timeout) {
      long late = durationNanos - timeout.timeout().toNanos();
      if (late >= LATE_NANOS) {
        meters.endedLate(late);
      }
    }
  }

  @Override
  public void onRefused(CallView call, String policy, RefusalReason reason) {
    meters.refused(policy, reason);
    comebacks.onRefused(reason);
  }

  @Override
  public void onWait(CallView call, String policy, long waitedNanos) {
    meters.waited(policy, waitedNanos);
  }

  @Override
  public void onRetry(CallView call, long waitNanos) {
    meters.retryMade();
  }

  @Override
  public void onRetryDenied(CallView call, RetryDenial reason) {
    meters.retryNotMade(reason);
  }

  @Override
  public void onHedge(CallView call, long delayNanos) {
    meters.hedgeMade();
  }

  @Override
  public void onHedgeWon(CallView call) {
    meters.hedgeWon();
  }

  @Override
  public void onFallback(CallView call, @Nullable Throwable failure) {
    meters.fellBack();
  }

  @Override
  public void onWouldHave(
      CallView call, String policy, WouldHave decision, @Nullable RefusalReason reason) {
    meters.wouldHave(policy, decision, reason);
  }

  @Override
  public void onStateChange(StateChange change) {
    Kind to = change.to().kind();
    comebacks.onChange(change.key(), to, change.atNanos());
  }

  @Override
  public void onSettingsChange(SettingsChange change) {
    onSettings.run();
  }
}
