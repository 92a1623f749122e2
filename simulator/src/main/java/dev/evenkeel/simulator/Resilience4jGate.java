package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Resilience4j's breaker from its own jar, on the time of the run. */
final class Resilience4jGate extends BaselineGate {

  private final CircuitBreaker breaker;
  private final Surroundings world;
  private final int client;
  private final int shard;

  Resilience4jGate(CircuitBreakerConfig.Builder config, Surroundings world, int client, int shard) {
    super("resilience4j");
    this.world = world;
    this.client = client;
    this.shard = shard;
    breaker = CircuitBreaker.of("simulated", config.clock(new RunClock(world)).build());
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    return breaker.tryAcquirePermission() ? 0 : REFUSED;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    long duration = nowNanos - call.startedNanos();
    if (verdict == Verdict.SUCCESS) {
      breaker.onSuccess(duration, TimeUnit.NANOSECONDS);
      return;
    }
    boolean wasClosed = breaker.getState() == State.CLOSED;
    breaker.onError(duration, TimeUnit.NANOSECONDS, Objects.requireNonNull(call.failure()));
    if (wasClosed && breaker.getState() == State.OPEN) {
      world.tripped(client, shard);
    }
  }

  void reset() {
    breaker.reset();
  }

  /** The wall clock, which may step. */
  private static final class RunClock extends Clock {

    private final Surroundings world;
    private final long stepFrom;
    private final long step;

    RunClock(Surroundings world) {
      this.world = world;
      step = world.scenario().nanos(Field.CLOCK_STEP);
      stepFrom = Math.round(world.scenario().returnsSeconds() * 1e9);
    }

    @Override
    public Instant instant() {
      long now = world.nowNanos();
      return Instant.ofEpochSecond(0, now >= stepFrom ? now + step : now);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
