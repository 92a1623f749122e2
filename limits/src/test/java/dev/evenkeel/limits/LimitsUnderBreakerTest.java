package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The breaker stands outside the limits, and knows the dependency by its own latency. */
class LimitsUnderBreakerTest {

  private final ManualKernel kernel = ManualKernel.create();

  @Test
  void waitingInOurOwnLimit_isNoSlowCall_andRefusalsAreNoFailures() {
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(10)
        .minimumNumberOfCalls(5)
        .slowCallDurationThreshold(Duration.ofMillis(100))
        .slowCallRateThreshold(50)
        .build());
    QueuedLimit limit = QueuedLimit.of(1, 20);
    Pipeline pipeline =
        Pipeline.builder("p").kernel(kernel).policies(breaker, limit).build();
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      calls.add(pipeline.callAsync(() -> {
        CompletableFuture<String> answer = new CompletableFuture<>();
        kernel.schedule(kernel.nanoTime() + 40_000_000L, () -> answer.complete("ok"));
        return answer;
      }));
    }
    kernel.advance(Duration.ofSeconds(2));
    assertThat(calls).filteredOn(call -> !call.isCompletedExceptionally()).hasSize(21);
    assertThat(breaker.figures().slowCallRate()).isZero();
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
    assertThat(kernel.armedTimers()).isZero();
  }
}
