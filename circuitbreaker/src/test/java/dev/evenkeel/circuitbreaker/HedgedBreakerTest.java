package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.RetryBudget;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Hedges through a breaker: losers count as nothing, and it gets none on its way back. */
class HedgedBreakerTest {

  private static final Duration DELAY = Duration.ofMillis(20);

  private final ManualKernel kernel = ManualKernel.create();
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final List<CompletableFuture<String>> sources = new ArrayList<>();
  private final Pipeline pipeline = Pipeline.builder("hedged")
      .kernel(kernel)
      .policies(
          Hedge.after(DELAY).budget(RetryBudget.of(1, 1_000, 1_000)).forIdempotentCalls(),
          breaker,
          Timeout.ofMillis(100))
      .build();

  private CompletableFuture<String> start() {
    return pipeline.callAsync(() -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      sources.add(source);
      return source;
    });
  }

  @Test
  void attemptsThatLose_areNoFailuresAndNoLatency() {
    for (int i = 0; i < 200; i++) {
      sources.clear();
      CompletableFuture<String> result = start();
      kernel.advance(DELAY);
      sources.get(1).complete("hedge");
      assertThat(result).isCompletedWithValue("hedge");
      assertThat(sources.get(0)).isCancelled();
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
    for (int i = 0; i < 25; i++) {
      var unused = start();
      sources.get(sources.size() - 1).completeExceptionally(new IOException("down"));
    }
    assertThat(breaker.state().kind())
        .as("half of the last 50: the losers are none of them")
        .isEqualTo(Kind.OPEN);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void breakerThatProbes_getsNoHedge() {
    for (int i = 0; i < 20; i++) {
      var unused = start();
      sources.get(i).completeExceptionally(new IOException("down"));
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
    sources.clear();
    for (int i = 0; i < 600 && sources.isEmpty(); i++) {
      kernel.advance(Duration.ofMillis(100));
      var unused = start();
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.PROBING);
    assertThat(sources).hasSize(1);
    kernel.advance(DELAY);
    assertThat(sources).as("the probe alone").hasSize(1);
    sources.get(0).complete("back");
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void breakerThatOpensMeanwhile_refusesTheHedge_andTheFirstGoesOn() {
    CompletableFuture<String> slow = start();
    breaker.forceOpen("a test");
    kernel.advance(DELAY);
    assertThat(sources).hasSize(1);
    assertThat(slow).isNotDone();
    sources.get(0).complete("slow");
    assertThat(slow).isCompletedWithValue("slow");
  }
}
