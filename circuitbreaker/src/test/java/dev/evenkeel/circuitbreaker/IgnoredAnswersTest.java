package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedCall;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A dependency that gives an answer which is ignored, is there. */
class IgnoredAnswersTest {

  private static final class NotFound extends RuntimeException {}

  private final ManualKernel kernel = ManualKernel.withSeed(2);
  private final CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
      .slidingWindowSize(50)
      .minimumNumberOfCalls(20)
      .ignoreExceptions(NotFound.class)
      .build());
  private final Pipeline lookup =
      Pipeline.builder("lookup").kernel(kernel).policies(breaker).build();
  private int refused;

  /** 20 calls a second that take 200 ms; what each ends with, null is a success. */
  private void run(int seconds, IntFunction<Exception> ends) {
    for (int i = 0; i < seconds * 20; i++) {
      Exception end = ends.apply(i);
      boolean[] asked = {false};
      var unused = lookup.callAsync(() -> {
        asked[0] = true;
        CompletableFuture<String> answer = new CompletableFuture<>();
        var unusedTimer = kernel.schedule(kernel.nanoTime() + 200_000_000L, () -> {
          if (end == null) {
            answer.complete("found");
          } else {
            answer.completeExceptionally(end);
          }
        });
        return answer;
      });
      refused += asked[0] ? 0 : 1;
      kernel.advance(Duration.ofMillis(50));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 99, 90, 50, 10, 0})
  void ignoredFailures_areAnswers_whateverTheirShare(int percent) {
    IntFunction<Exception> mixed = i -> i % 100 < percent ? new NotFound() : null;
    run(60, i -> null);
    run(20, i -> new IOException("connection refused"));
    run(60, mixed);
    refused = 0;
    run(240, mixed);
    assertThat(refused).isLessThan(100);
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void ignoredFailures_doNotCountInTheClosedWindow() {
    run(10, i -> new NotFound());
    assertThat(breaker.figures().bufferedCalls()).isZero();
    run(10, i -> i % 2 == 0 ? null : new NotFound());
    assertThat(breaker.figures().bufferedCalls()).isEqualTo(50);
    assertThat(breaker.figures().failedCalls()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"CANCELLED", "REFUSED"})
  void probeThatWasGivenUp_orNeverMade_saysNothing(Verdict verdict) {
    run(20, i -> new IOException("connection refused"));
    kernel.advance(Duration.ofMinutes(1));
    ScriptedCall call = new ScriptedCall(1).started(kernel.nanoTime());
    long permit = breaker.admit(call, kernel.nanoTime());
    assertThat(permit).isNotNegative();
    breaker.settle(call.failed(new NotFound()), permit, verdict, kernel.nanoTime());
    assertThat(breaker.state().kind()).isEqualTo(Kind.PROBING);
    assertThat(breaker.admit(call, kernel.nanoTime())).as("another may go").isNotNegative();
  }
}
