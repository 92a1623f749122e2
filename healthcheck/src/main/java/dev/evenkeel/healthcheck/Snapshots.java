package dev.evenkeel.healthcheck;

import dev.evenkeel.healthcheck.CheckSnapshot.Hung;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts what is known into the form that is shown: points in time become ages. */
final class Snapshots {

  private Snapshots() {}

  static CheckSnapshot of(
      Check check, Assessment known, long staleNanos, @Nullable CheckRun run, long nowNanos) {
    boolean stale = known.isStale(staleNanos, nowNanos);
    Status status = known.reported(staleNanos, nowNanos);
    long since = stale && known.isKnown() ? known.observedNanos() + staleNanos : known.sinceNanos();
    Assessment.Failure failure = known.failure();
    CheckResult result = known.result();
    PassiveGate gate = check.gate();
    Long gateSuccess = gate == null ? null : gate.lastSuccessNanos();
    return new CheckSnapshot(
        check.name(),
        check.kind(),
        status,
        ago(since, nowNanos),
        known.isKnown() ? ago(known.observedNanos(), nowNanos) : null,
        message(known, status, stale, nowNanos),
        result == null ? Map.of() : result.data(),
        known.failures(),
        agoOrNull(gate == null ? known.lastSuccess() : gateSuccess, nowNanos),
        failure == null ? null : failure.cause(),
        failure == null ? null : ago(failure.atNanos(), nowNanos),
        hung(run, nowNanos),
        gate == null ? null : gate.snapshot(nowNanos));
  }

  /** Never negative: a clock that is read twice may be behind what was noted meanwhile. */
  static Duration ago(long thenNanos, long nowNanos) {
    return Duration.ofNanos(Math.max(0, nowNanos - thenNanos));
  }

  private static @Nullable Duration agoOrNull(@Nullable Long thenNanos, long nowNanos) {
    return thenNanos == null ? null : ago(thenNanos, nowNanos);
  }

  private static @Nullable String message(
      Assessment known, Status status, boolean stale, long nowNanos) {
    if (!known.isKnown()) {
      CheckResult result = known.result();
      return result == null || result.message() == null ? "no result yet" : result.message();
    }
    if (stale) {
      return String.format(
          Locale.ROOT,
          "the last result (%s) is %.0f s old",
          known.settled(),
          (nowNanos - known.observedNanos()) / 1e9);
    }
    Assessment.Failure failure = known.failure();
    CheckResult result = known.result();
    String latest = result == null ? null : result.message();
    if (known.contrary() > 0) {
      return (latest == null ? "last result: " + (status.isServing() ? "down" : "up") : latest)
          + " (" + known.contrary() + " in a row, not yet counted)";
    }
    return status == Status.DOWN && latest == null && failure != null
        ? failure.cause().toString()
        : latest;
  }

  private static @Nullable Hung hung(@Nullable CheckRun run, long nowNanos) {
    if (run == null || !run.isHung()) {
      return null;
    }
    return new Hung(run.threadName(), Duration.ofNanos(Math.max(0, run.runningNanos(nowNanos))));
  }
}
