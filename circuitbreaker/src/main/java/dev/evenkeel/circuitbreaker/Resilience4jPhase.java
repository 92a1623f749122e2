package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.concurrent.TimeUnit;

/**
 * The breaker without Evenkeel's way back: Resilience4j's own states, with its fixed wait and its
 * half-open calls, on the monotonic clock and with guarded predicates. No epochs, no leases, no
 * ramp; the one phase of such a breaker, for all its life.
 */
final class Resilience4jPhase extends Phase {

  private static final String REASON = "Resilience4j's own way";

  private final StateMachine machine;
  private final CircuitBreaker breaker;
  private final MonotonicClock clock;
  private volatile GateState told = GateState.CLOSED;

  Resilience4jPhase(StateMachine machine, CircuitBreakerConfig config, long nowNanos) {
    this.machine = machine;
    clock = new MonotonicClock(nowNanos, nowNanos);
    breaker = CircuitBreaker.of(
        "evenkeel",
        ClosedWindow.tripping(config)
            .clock(clock)
            .waitIntervalFunctionInOpenState(config.getWaitIntervalFunctionInOpenState())
            .permittedNumberOfCallsInHalfOpenState(
                config.getPermittedNumberOfCallsInHalfOpenState())
            .build());
  }

  @Override
  long admit(CallView call, long nowNanos) {
    clock.set(nowNanos);
    boolean admitted = breaker.tryAcquirePermission();
    announceChange(nowNanos);
    return admitted ? 0 : refusal();
  }

  private long refusal() {
    return Refusal.of(
        switch (breaker.getState()) {
          case HALF_OPEN -> RefusalReason.CIRCUIT_PROBING;
          case FORCED_OPEN -> RefusalReason.CIRCUIT_FORCED_OPEN;
          default -> RefusalReason.CIRCUIT_OPEN;
        });
  }

  @Override
  void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    Evidence evidence = machine.classifier().evidence(call, verdict);
    long durationNanos = nowNanos - call.startedNanos();
    clock.set(nowNanos);
    switch (evidence) {
      case GOOD -> breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
      case BAD -> breaker.onError(durationNanos, TimeUnit.NANOSECONDS, ClosedWindow.FAILED);
      case IGNORED, NONE -> breaker.releasePermission();
    }
    announceChange(nowNanos);
  }

  /** Whoever sees a change first, announces it, and the others find it announced. */
  private void announceChange(long nowNanos) {
    if (!state().equals(told)) {
      machine.change(() -> {
        GateState now = state();
        machine.announcer().change(told, now, () -> REASON, nowNanos);
        told = now;
      });
    }
  }

  /** Called under the machine's lock. */
  void become(GateState state) {
    told = state;
    switch (state.kind()) {
      case CLOSED -> breaker.reset();
      case FORCED_OPEN -> breaker.transitionToForcedOpenState();
      case DISABLED -> breaker.transitionToDisabledState();
      default ->
        throw new IllegalArgumentException(
            "state: " + state + " (expected: one that is set by hand)");
    }
  }

  @Override
  GateState state() {
    return switch (breaker.getState()) {
      case OPEN -> GateState.OPEN;
      case HALF_OPEN -> GateState.PROBING;
      case FORCED_OPEN -> GateState.FORCED_OPEN;
      case DISABLED -> GateState.DISABLED;
      case CLOSED, METRICS_ONLY -> GateState.CLOSED;
    };
  }

  @Override
  boolean allowsRetry() {
    State state = breaker.getState();
    return state == State.CLOSED || state == State.DISABLED;
  }

  @Override
  void tell(long nowNanos) {
    clock.set(nowNanos);
  }

  @Override
  WindowFigures figures() {
    return ClosedWindow.figuresOf(breaker);
  }
}
