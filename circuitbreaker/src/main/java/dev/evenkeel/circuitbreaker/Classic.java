package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.failback.Comeback.Sample;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The breaker without Evenkeel's way back: Resilience4j's own states, with its fixed wait and its
 * half-open calls, on the monotonic clock and with guarded predicates. No epochs, no leases, no
 * ramp.
 */
final class Classic {

  private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker;
  private final GivenClock clock;

  Classic(CircuitBreakerConfig config, long nowNanos) {
    clock = new GivenClock(nowNanos, nowNanos);
    breaker = io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
        "evenkeel",
        Trip.tripping(config)
            .clock(clock)
            .waitIntervalFunctionInOpenState(config.getWaitIntervalFunctionInOpenState())
            .permittedNumberOfCallsInHalfOpenState(
                config.getPermittedNumberOfCallsInHalfOpenState())
            .build());
  }

  long admit(long nowNanos) {
    clock.set(nowNanos);
    if (breaker.tryAcquirePermission()) {
      return 0;
    }
    return Refusal.of(
        switch (breaker.getState()) {
          case HALF_OPEN -> RefusalReason.CIRCUIT_PROBING;
          case FORCED_OPEN -> RefusalReason.CIRCUIT_FORCED_OPEN;
          default -> RefusalReason.CIRCUIT_OPEN;
        });
  }

  void settle(Sample sample, long durationNanos, @Nullable Throwable failure, long nowNanos) {
    clock.set(nowNanos);
    switch (sample) {
      case GOOD -> breaker.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
      case BAD ->
        breaker.onError(durationNanos, TimeUnit.NANOSECONDS, Objects.requireNonNull(failure));
      case NONE -> breaker.releasePermission();
    }
  }

  void become(GateState.Kind kind) {
    switch (kind) {
      case CLOSED -> breaker.reset();
      case FORCED_OPEN -> breaker.transitionToForcedOpenState();
      case DISABLED -> breaker.transitionToDisabledState();
      default ->
        throw new IllegalArgumentException("kind: " + kind + " (expected: a manual state)");
    }
  }

  GateState state() {
    return switch (breaker.getState()) {
      case OPEN -> GateState.OPEN;
      case HALF_OPEN -> GateState.PROBING;
      case FORCED_OPEN -> GateState.FORCED_OPEN;
      case DISABLED -> GateState.DISABLED;
      case CLOSED, METRICS_ONLY -> GateState.CLOSED;
    };
  }

  boolean isClosed() {
    State state = breaker.getState();
    return state == State.CLOSED || state == State.DISABLED;
  }

  /** Moves the time, for whoever looks at the window. */
  void tell(long nowNanos) {
    clock.set(nowNanos);
  }

  WindowFigures figures() {
    return Trip.figuresOf(breaker);
  }
}
