package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ScriptedCall;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Each trap of Resilience4j 2.4.0 that Evenkeel must not fall into: shown on the bare breaker
 * first, then held here.
 */
class Resilience4jTrapsTest {

  private static final long SECOND = 1_000_000_000L;
  private final IOException down = new IOException("down");

  private final ScriptedCall call = new ScriptedCall(1);
  private long now;

  private static CircuitBreakerConfig.Builder config() {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(4)
        .minimumNumberOfCalls(4)
        .permittedNumberOfCallsInHalfOpenState(1)
        .waitDurationInOpenState(Duration.ofSeconds(1));
  }

  private static io.github.resilience4j.circuitbreaker.CircuitBreaker bare(
      CircuitBreakerConfig config) {
    return io.github.resilience4j.circuitbreaker.CircuitBreaker.of("bare", config);
  }

  private void trip(CircuitBreaker breaker) {
    for (int i = 0; i < 4; i++) {
      long permit = breaker.admit(call, now);
      breaker.settle(call.failed(down), permit, Verdict.FAILURE, now);
    }
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
  }

  /** Lets the cool-down pass and takes the probe's permit. */
  private long probe(CircuitBreaker breaker) {
    now += 20 * SECOND;
    long permit = breaker.admit(call, now);
    assertThat(permit).isNotNegative();
    assertThat(breaker.state()).isEqualTo(GateState.PROBING);
    return permit;
  }

  @Test
  void staleVerdict_doesNotEndTheProbing() {
    var bare = bare(config().build());
    assertThat(bare.tryAcquirePermission()).isTrue(); // admitted while closed, slow
    bare.transitionToOpenState();
    bare.transitionToHalfOpenState();
    bare.onSuccess(1, TimeUnit.SECONDS);
    assertThat(bare.getState()).as("the trap").isEqualTo(State.CLOSED);

    CircuitBreaker breaker = CircuitBreaker.of(config().build());
    long slow = breaker.admit(call, now);
    trip(breaker);
    probe(breaker);
    breaker.settle(call.succeeded("late"), slow, Verdict.SUCCESS, now);
    assertThat(breaker.state()).isEqualTo(GateState.PROBING);
    assertThat(breaker.staleVerdicts()).isEqualTo(1);
  }

  @Test
  void strayRelease_doesNotLetMoreProbesThrough() {
    var bare = bare(config().build());
    bare.transitionToOpenState();
    bare.transitionToHalfOpenState();
    bare.releasePermission(); // of a call admitted while closed
    assertThat(bare.tryAcquirePermission()).isTrue();
    assertThat(bare.tryAcquirePermission()).as("the trap").isTrue();

    CircuitBreaker breaker = CircuitBreaker.of(config().build());
    long early = breaker.admit(call, now);
    trip(breaker);
    probe(breaker);
    breaker.settle(call.failed(down), early, Verdict.CANCELLED, now);
    assertThat(breaker.admit(call, now)).isNegative();
  }

  @Test
  void throwingPredicate_doesNotWedgeTheBreaker() {
    CircuitBreakerConfig faulty = config()
        .recordException(failure -> {
          throw new IllegalStateException("faulty predicate");
        })
        .build();
    var bare = bare(faulty);
    bare.transitionToOpenState();
    bare.transitionToHalfOpenState();
    assertThat(bare.tryAcquirePermission()).isTrue();
    assertThatThrownBy(() -> bare.onError(1, TimeUnit.SECONDS, down))
        .isInstanceOf(IllegalStateException.class);
    assertThat(bare.tryAcquirePermission())
        .as("the trap: the only permit is lost")
        .isFalse();
    assertThat(bare.getState()).as("the trap: for good").isEqualTo(State.HALF_OPEN);

    CircuitBreaker breaker = CircuitBreaker.of(faulty);
    trip(breaker); // counts as failed
    long permit = probe(breaker);
    breaker.settle(call.failed(down), permit, Verdict.FAILURE, now);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    permit = probe(breaker);
    breaker.settle(call.succeeded("back"), permit, Verdict.SUCCESS, now);
    assertThat(breaker.state().kind()).isEqualTo(Kind.RAMPING);
  }

  @Test
  void error_doesNotWedgeTheBreaker() {
    var bare = bare(config().build());
    bare.transitionToOpenState();
    bare.transitionToHalfOpenState();
    assertThatThrownBy(() -> bare.executeSupplier(() -> {
          throw new StackOverflowError();
        }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(bare.tryAcquirePermission()).as("the trap").isFalse();
    assertThat(bare.getState()).as("the trap").isEqualTo(State.HALF_OPEN);

    CircuitBreaker breaker = CircuitBreaker.of(config().build());
    trip(breaker);
    long permit = probe(breaker);
    breaker.settle(call.failed(new StackOverflowError()), permit, Verdict.FAILURE, now);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    assertThat(probe(breaker)).isNotNegative();
  }

  @Test
  void openWait_doesNotFollowTheWallClock() {
    SteppedClock wall = new SteppedClock();
    var bare = bare(config().clock(wall).build());
    bare.transitionToOpenState();
    wall.instant = wall.instant.minus(Duration.ofHours(1)); // somebody sets the clock back
    wall.instant = wall.instant.plusSeconds(30);
    assertThat(bare.tryAcquirePermission()).as("the trap: open for an hour").isFalse();

    CircuitBreaker breaker = CircuitBreaker.of(config().clock(wall).build());
    trip(breaker);
    wall.instant = wall.instant.minus(Duration.ofHours(1));
    assertThat(probe(breaker)).isNotNegative();
  }

  @Test
  void metrics_belongToTheClosedStateOnly() {
    var bare = bare(config().build());
    var metrics = bare.getMetrics();
    bare.onError(1, TimeUnit.SECONDS, down);
    bare.transitionToOpenState();
    bare.transitionToHalfOpenState();
    bare.transitionToClosedState();
    bare.onSuccess(1, TimeUnit.SECONDS);
    assertThat(metrics.getNumberOfBufferedCalls())
        .as("the trap: the old window")
        .isEqualTo(1);
    assertThat(metrics.getNumberOfFailedCalls()).as("the trap").isEqualTo(1);

    CircuitBreaker breaker = CircuitBreaker.of(config().build());
    trip(breaker);
    breaker.reset("test");
    breaker.settle(call.succeeded("x"), breaker.admit(call, now), Verdict.SUCCESS, now);
    assertThat(breaker.figures().bufferedCalls()).isEqualTo(1);
    assertThat(breaker.figures().failedCalls()).isZero();
  }

  @Test
  void refusal_buildsNoEvent() {
    var bare = bare(config().build());
    bare.transitionToOpenStateFor(Duration.ofHours(1));
    assertThat(bytesFor(bare::tryAcquirePermission)).as("the trap").isGreaterThan(16);

    CircuitBreaker breaker = CircuitBreaker.of(config().build());
    trip(breaker);
    assertThat(bytesFor(() -> breaker.admit(call, now))).isLessThan(1);
  }

  @Test
  void success_buildsNoEventForAListenerOfSomethingElse() {
    var unheard = bare(config().build());
    double window = bytesFor(() -> unheard.onSuccess(1, TimeUnit.MILLISECONDS));
    var bare = bare(config().build());
    bare.getEventPublisher().onStateTransition(event -> {});
    assertThat(bytesFor(() -> bare.onSuccess(1, TimeUnit.MILLISECONDS)))
        .as("the trap")
        .isGreaterThan(window + 16);

    CircuitBreaker breaker = CircuitBreaker.of(config().build());
    PipelineListener listener = new PipelineListener() {};
    Pipeline.builder("listened to").policies(breaker).listener(listener).build();
    call.succeeded("ok");
    assertThat(bytesFor(() -> breaker.settle(call, breaker.admit(call, now), Verdict.SUCCESS, now)))
        .isLessThan(window + 1); // what Resilience4j's window itself costs
  }

  /** The bytes that an action allocates, on average after a warm-up. */
  private static double bytesFor(Runnable action) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int times = 20_000;
    for (int i = 0; i < times; i++) {
      action.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      action.run();
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - before) / times;
  }

  private static final class SteppedClock extends Clock {
    Instant instant = Instant.EPOCH.plusSeconds(1_000_000);

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
