package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedCall;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random sequences of calls against the bare Resilience4j breaker: while closed, the same window
 * after every step, and the trip at the same step. What follows the trip is Evenkeel's own and not
 * compared.
 */
class DifferentialTest {

  private static final long MILLI = 1_000_000L;

  @Property(tries = 10_000)
  void closedBreaker_hasTheSameWindowAndTripsAtTheSameStep(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long now = random.nextBoolean() ? 0 : random.nextLong();
    MovedClock clock = new MovedClock();
    CircuitBreakerConfig config = config(random).clock(clock).build();
    var bare = io.github.resilience4j.circuitbreaker.CircuitBreaker.of("bare", config);
    CircuitBreaker ours = CircuitBreaker.of(config);
    ScriptedCall call = new ScriptedCall(seed);
    double failureShare = random.nextDouble();
    for (int step = 0; step < 60; step++) {
      if (bare.getState() == State.OPEN) {
        assertThat(ours.state()).as("seed %d, step %d", seed, step).isEqualTo(GateState.OPEN);
        return;
      }
      assertThat(ours.state()).as("seed %d, step %d", seed, step).isEqualTo(GateState.CLOSED);
      long permit = ours.admit(call, now);
      long durationNanos = random.nextInt(3) == 0 ? 200 * MILLI : 20 * MILLI;
      clock.instant = clock.instant.plusNanos(durationNanos);
      call.started(now);
      now += durationNanos;
      if (random.nextInt(10) == 0) {
        Exception ignored = new UncheckedIOException(new IOException("ignored"));
        bare.onError(durationNanos, TimeUnit.NANOSECONDS, ignored);
        ours.settle(call.failed(ignored), permit, Verdict.FAILURE, now);
      } else if (random.nextInt(10) == 0) {
        bare.releasePermission();
        ours.settle(call.failed(new IOException("gave up")), permit, Verdict.CANCELLED, now);
      } else if (random.nextDouble() < failureShare) {
        Exception failure = new IOException("down");
        bare.onError(durationNanos, TimeUnit.NANOSECONDS, failure);
        ours.settle(call.failed(failure), permit, Verdict.FAILURE, now);
      } else {
        Object result = random.nextInt(8) == 0 ? "bad" : "good";
        bare.onResult(durationNanos, TimeUnit.NANOSECONDS, result);
        ours.settle(call.succeeded(result), permit, Verdict.SUCCESS, now);
      }
      if (random.nextInt(40) == 0 && bare.getState() == State.CLOSED) {
        bare.reset();
        resetAt(ours, now);
      }
      if (bare.getState() == State.CLOSED) {
        var metrics = bare.getMetrics();
        assertThat(ours.figures())
            .as("seed %d, step %d", seed, step)
            .isEqualTo(new WindowFigures(
                metrics.getFailureRate(),
                metrics.getSlowCallRate(),
                metrics.getNumberOfBufferedCalls(),
                metrics.getNumberOfFailedCalls(),
                metrics.getNumberOfSlowCalls()));
      }
      if (random.nextInt(20) == 0) {
        long pause = random.nextInt(3_000) * MILLI;
        clock.instant = clock.instant.plusNanos(pause);
        now += pause;
      }
    }
  }

  private record Pending(long permit, long startedNanos) {}

  @Property(tries = 10_000)
  void breakerWithoutFailback_isInTheSameStateWithTheSameWindowAfterEveryStep(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ManualKernel kernel = ManualKernel.startingAt(random.nextBoolean() ? 0 : random.nextLong());
    MovedClock clock = new MovedClock();
    CircuitBreakerConfig config = config(random)
        .clock(clock)
        .waitDurationInOpenState(Duration.ofMillis(1 + random.nextInt(2_000)))
        .permittedNumberOfCallsInHalfOpenState(1 + random.nextInt(5))
        .build();
    var bare = io.github.resilience4j.circuitbreaker.CircuitBreaker.of("bare", config);
    CircuitBreaker ours = CircuitBreaker.withoutFailback(config);
    ScriptedCall call = new ScriptedCall(seed);
    Pipeline.builder("differential").kernel(kernel).policies(ours).build();
    List<Pending> pending = new ArrayList<>();
    double failureShare = random.nextDouble();
    for (int step = 0; step < 80; step++) {
      int action = random.nextInt(20);
      long now = kernel.nanoTime();
      if (action < 8) {
        long permit = ours.admit(call.started(now), now);
        assertThat(permit >= 0)
            .as("seed %d, step %d: admitted", seed, step)
            .isEqualTo(bare.tryAcquirePermission());
        if (permit >= 0) {
          pending.add(new Pending(permit, now));
        }
      } else if (action < 16 && !pending.isEmpty()) {
        Pending ended = pending.remove(random.nextInt(pending.size()));
        long duration = now - ended.startedNanos();
        call.started(ended.startedNanos());
        settle(bare, ours, call, ended.permit(), duration, now, random, failureShare);
      } else if (action < 19) {
        long pause = random.nextInt(500) * MILLI;
        clock.instant = clock.instant.plusNanos(pause);
        kernel.advance(Duration.ofNanos(pause));
      } else {
        byHand(bare, ours, random.nextInt(4));
      }
      assertSame(bare, ours, "seed " + seed + ", step " + step);
    }
  }

  private static void settle(
      io.github.resilience4j.circuitbreaker.CircuitBreaker bare,
      CircuitBreaker ours,
      ScriptedCall call,
      long permit,
      long duration,
      long now,
      SplittableRandom random,
      double failureShare) {
    int kind = random.nextInt(10);
    if (kind == 0) {
      Exception ignored = new UncheckedIOException(new IOException("ignored"));
      bare.onError(duration, TimeUnit.NANOSECONDS, ignored);
      ours.settle(call.failed(ignored), permit, Verdict.FAILURE, now);
    } else if (kind == 1) {
      bare.releasePermission();
      ours.settle(call.failed(new IOException("gave up")), permit, Verdict.CANCELLED, now);
    } else if (random.nextDouble() < failureShare) {
      Exception failure = new IOException("down");
      bare.onError(duration, TimeUnit.NANOSECONDS, failure);
      ours.settle(call.failed(failure), permit, Verdict.FAILURE, now);
    } else {
      Object result = random.nextInt(8) == 0 ? "bad" : "good";
      bare.onResult(duration, TimeUnit.NANOSECONDS, result);
      ours.settle(call.succeeded(result), permit, Verdict.SUCCESS, now);
    }
  }

  private static void byHand(
      io.github.resilience4j.circuitbreaker.CircuitBreaker bare, CircuitBreaker ours, int action) {
    switch (action) {
      case 0 -> {
        bare.transitionToForcedOpenState();
        ours.forceOpen("differential");
      }
      case 1 -> {
        bare.transitionToDisabledState();
        ours.disable("differential");
      }
      default -> {
        bare.reset();
        ours.reset("differential");
      }
    }
  }

  private static void assertSame(
      io.github.resilience4j.circuitbreaker.CircuitBreaker bare,
      CircuitBreaker ours,
      String where) {
    GateState expected = switch (bare.getState()) {
      case OPEN -> GateState.OPEN;
      case HALF_OPEN -> GateState.PROBING;
      case FORCED_OPEN -> GateState.FORCED_OPEN;
      case DISABLED -> GateState.DISABLED;
      case CLOSED, METRICS_ONLY -> GateState.CLOSED;
    };
    assertThat(ours.state()).as(where).isEqualTo(expected);
    var metrics = bare.getMetrics();
    assertThat(ours.figures())
        .as(where)
        .isEqualTo(new WindowFigures(
            metrics.getFailureRate(),
            metrics.getSlowCallRate(),
            metrics.getNumberOfBufferedCalls(),
            metrics.getNumberOfFailedCalls(),
            metrics.getNumberOfSlowCalls()));
  }

  /**
   * A breaker that is not attached to a pipeline has no clock of its own; the next call tells it
   * the time.
   */
  private static void resetAt(CircuitBreaker breaker, long now) {
    breaker.reset("differential");
    assertThat(breaker.state()).as("at %d", now).isEqualTo(GateState.CLOSED);
  }

  private static CircuitBreakerConfig.Builder config(SplittableRandom random) {
    int size = 1 + random.nextInt(12);
    boolean time = random.nextInt(3) == 0;
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            size,
            1 + random.nextInt(time ? 12 : size),
            time ? SlidingWindowType.TIME_BASED : SlidingWindowType.COUNT_BASED,
            SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
        .failureRateThreshold(1 + random.nextInt(100))
        .slowCallRateThreshold(1 + random.nextInt(100))
        .slowCallDurationThreshold(Duration.ofMillis(100))
        .recordResult(result -> result.equals("bad"))
        .ignoreException(failure -> failure instanceof UncheckedIOException);
  }

  private static final class MovedClock extends Clock {
    Instant instant = Instant.EPOCH;

    @Override
    public Instant instant() {
      return instant;
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
