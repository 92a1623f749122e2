package dev.evenkeel.healthcheck;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.TimelessGate;
import dev.evenkeel.healthcheck.GateSnapshot.ShareSample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a gate once a second, without a call: the live traffic has found out already. Keeps the
 * share of the last minutes. Thread-safe.
 */
final class PassiveGate implements HealthCheck {

  static final CheckTiming TIMING = CheckTiming.standard()
      .every(Duration.ofSeconds(1))
      .backOffTo(Duration.ofSeconds(1))
      .riseAndFall(1, 1); // the gate itself has waited for enough evidence

  /** Five minutes. */
  private static final int MOST_SAMPLES = 300;

  private final String name;
  private final StatefulGate gate;
  private final Kernel kernel;
  private final PipelineWatch.@Nullable Figures figures;
  private final Deque<Sample> history = new ArrayDeque<>();

  private record Sample(long atNanos, double share) {}

  /** What was seen last; null before the first look. */
  private record Seen(
      GateState state,
      long sinceNanos,
      long letsThroughAtNanos,
      @Nullable String reason) {}

  private volatile @Nullable Seen seen;

  PassiveGate(
      String name, StatefulGate gate, PipelineWatch.@Nullable Figures figures, Kernel kernel) {
    this.name = name;
    this.gate = gate;
    this.figures = figures;
    this.kernel = kernel;
  }

  @Override
  public CheckResult check() {
    GateState state = gate.state();
    long now = kernel.nanoTime();
    long wait = gate instanceof TimelessGate timeless
        ? timeless.retryAfterNanos(CallView.ofNobody(name, kernel), now)
        : 0;
    Seen before = seen;
    long since =
        before != null && before.state().kind() == state.kind() ? before.sinceNanos() : now;
    String reason = figures == null ? null : figures.reason(state.kind());
    seen = new Seen(state, since, now + Math.max(0, wait), reason);
    synchronized (history) {
      if (history.size() == MOST_SAMPLES) {
        history.removeFirst();
      }
      history.addLast(new Sample(now, state.share()));
    }
    return result(state);
  }

  private static CheckResult result(GateState state) {
    return switch (state.kind()) {
      case CLOSED -> CheckResult.up();
      case DISABLED ->
        new CheckResult(Status.UP, "the breaker is disabled by hand: nothing is watched", Map.of());
      case RAMPING ->
        CheckResult.degraded(String.format(
            Locale.ROOT, "coming back: %.0f %% of the calls are let through", 100 * state.share()));
      case PROBING -> CheckResult.down("the breaker probes whether it is back");
      case OPEN -> CheckResult.down("the breaker is open");
      case FORCED_OPEN -> CheckResult.down("the breaker was opened by hand");
    };
  }

  @Nullable Cause lastFailure() {
    return figures == null ? null : figures.lastFailure();
  }

  @Nullable Long lastSuccessNanos() {
    return figures == null ? null : figures.lastSuccessNanos();
  }

  @Nullable GateSnapshot snapshot(long nowNanos) {
    Seen last = seen;
    if (last == null) {
      return null;
    }
    List<ShareSample> samples = new ArrayList<>();
    synchronized (history) {
      history.forEach(sample ->
          samples.add(new ShareSample(Snapshots.ago(sample.atNanos(), nowNanos), sample.share())));
    }
    long left = last.letsThroughAtNanos() - nowNanos;
    boolean waits = last.state().kind() == Kind.OPEN && left > 0;
    return new GateSnapshot(
        last.state(),
        Snapshots.ago(last.sinceNanos(), nowNanos),
        waits ? Duration.ofNanos(left) : null,
        figures == null ? null : Long.valueOf(figures.refused()),
        last.reason(),
        List.copyOf(samples));
  }
}
