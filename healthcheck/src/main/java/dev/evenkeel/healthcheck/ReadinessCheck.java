package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Readiness;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Shows how far a process that starts is. Immutable. */
final class ReadinessCheck implements HealthCheck {

  private static final String NAME = "rejoin";
  private static final CheckTiming TIMING = CheckTiming.standard()
      .every(Duration.ofMillis(250))
      .backOffTo(Duration.ofMillis(250))
      .riseAndFall(1, 1);

  private final Supplier<Readiness> source;

  private ReadinessCheck(Supplier<Readiness> source) {
    this.source = source;
  }

  static Check of(Supplier<Readiness> source) {
    return Check.local(NAME, new ReadinessCheck(Checks.notNull("readiness", source)))
        .timing(TIMING);
  }

  @Override
  public CheckResult check() {
    Readiness now = source.get();
    if (now.kind() == Readiness.Kind.READY) {
      return CheckResult.up();
    }
    Status status = now.share() > 0 ? Status.DEGRADED : Status.DOWN;
    String message = String.format(
        Locale.ROOT, "%s, %.1f s left: %s", now.kind(), now.left().toNanos() / 1e9, now.reason());
    return new CheckResult(status, message, Map.of())
        .with("state", now.kind().name())
        .with("share", now.share())
        .with("secondsLeft", now.left().toMillis() / 1e3);
  }
}
