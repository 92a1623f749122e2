package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedCall;
import dev.evenkeel.testkit.ScriptedDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A breaker in a pipeline, and what its settings lead to. */
class CircuitBreakerTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final ScriptedDependency<String> dependency = ScriptedDependency.on(kernel);
  private final List<String> reasons = new ArrayList<>();

  private Pipeline pipeline(Policy... policies) {
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        reasons.add(change.reason());
      }
    };
    return Pipeline.builder("orders")
        .kernel(kernel)
        .listener(listener)
        .policies(policies)
        .build();
  }

  private void call(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      kernel.advance(Duration.ofMillis(10));
      pipeline.call(dependency::call, failure -> "failed");
    }
  }

  @Test
  void wayBackOfOnesOwn_isTheOneThatIsGone() {
    Failback settings = Failback.builder()
        .minCooldown(Duration.ofSeconds(7))
        .maxCooldown(Duration.ofSeconds(7))
        .build();
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.ofDefaults(), settings);
    assertThat(breaker.retryAfterNanos(new ScriptedCall(1), 0)).isZero();
    Pipeline pipeline = pipeline(breaker);
    assertThat(breaker.retryAfterNanos(new ScriptedCall(1), 0)).isZero();
    dependency.die();
    call(pipeline, 100);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    assertThat(breaker.retryAfterNanos(new ScriptedCall(1), kernel.nanoTime()))
        .isEqualTo(Duration.ofSeconds(7).toNanos());
  }

  @Test
  void timeWindowWithoutTraffic_isEmptyAfterItsTime() {
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindow(3, 4, SlidingWindowType.TIME_BASED)
        .build());
    call(pipeline(breaker), 2);
    assertThat(breaker.figures().bufferedCalls()).isEqualTo(2);
    kernel.advance(Duration.ofSeconds(4));
    assertThat(breaker.figures().bufferedCalls()).isZero();
  }

  @Test
  void resultsThatCountAsFailures_tripIt_andAreAskedForOnlyThen() {
    assertThat(CircuitBreaker.standard().readsResults()).isFalse();
    CircuitBreaker breaker = CircuitBreaker.of(
        CircuitBreakerConfig.custom().recordResult("ok"::equals).build());
    assertThat(breaker.readsResults()).isTrue();
    call(pipeline(breaker), 100);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void callThatFailsDuringAReset_isRetried() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Retry retry = Retry.builder().backoff(Backoff.fixed(Duration.ofMillis(1))).build();
    dependency.die();
    pipeline(retry, breaker)
        .call(
            () -> {
              breaker.reset("in the middle of a call");
              return dependency.call();
            },
            failure -> "failed");
    assertThat(dependency.calls()).isEqualTo(3);
  }

  @Test
  void secondsWithManyFailures_areNotTakenForHealthy_evenIfItDoesNotTrip() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 250; i++) {
      dependency.comeBack();
      call(pipeline, 5);
      dependency.die();
      call(pipeline, 4); // 44 %: nearly what trips
    }
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
    call(pipeline, 50);
    dependency.comeBack();
    for (int i = 0; i < 2_000 && breaker.state().kind() != Kind.RAMPING; i++) {
      call(pipeline, 1);
    }
    assertThat(reasons.get(reasons.size() - 1))
        .startsWith("the probe succeeded; 0.0 calls/s were healthy, ");
  }

  @Test
  void predicateThatThrows_isLoggedOnce() {
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
        .recordException(failure -> {
          throw new IllegalStateException("faulty predicate");
        })
        .build());
    dependency.die();
    try (Logs log = new Logs()) {
      call(pipeline(breaker), 2);
      assertThat(log.lines())
          .containsExactly("WARN circuit-breaker: predicate threw; the call counts as failed"
              + " (logged once)");
    }
  }
}
