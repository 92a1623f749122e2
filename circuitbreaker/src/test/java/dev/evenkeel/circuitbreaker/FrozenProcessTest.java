package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls in flight while the process stood still tell a breaker nothing. */
class FrozenProcessTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Pipeline orders = Pipeline.builder("orders")
      .kernel(kernel)
      .policies(Timeout.ofMillis(300), breaker)
      .build();

  /** The answers to 40 calls that begin now. */
  private List<CompletableFuture<String>> start() {
    return IntStream.range(0, 40)
        .mapToObj(i -> {
          CompletableFuture<String> answer = new CompletableFuture<>();
          CompletableFuture<String> call = orders.callAsync(() -> answer);
          assertThat(call).isNotDone();
          return answer;
        })
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {500, 1_000, 10_000, 600_000})
  void breakerStaysClosed(long frozenMillis) {
    for (int i = 0; i < 1_200; i++) { // a healthy minute
      List<CompletableFuture<String>> answers = start();
      kernel.advance(Duration.ofMillis(50));
      answers.forEach(answer -> answer.complete("ok"));
    }
    List<CompletableFuture<String>> answers = start();
    kernel.advance(Duration.ofMillis(20));
    kernel.freeze(Duration.ofMillis(frozenMillis)); // the answers came 30 ms into it
    answers.forEach(answer -> answer.complete("ok"));
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
  }
}
