package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Asynchronous calls without a listener are counted one for one: the ramp holds them back too. */
class AsynchronousRampTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Pipeline pipeline =
      Pipeline.builder("dep").kernel(kernel).policies(breaker).build();
  private boolean up = true;
  private int sent;

  private CompletableFuture<String> answer() {
    sent++;
    CompletableFuture<String> answer = new CompletableFuture<>();
    boolean good = up;
    var unusedTimer = kernel.schedule(kernel.nanoTime() + 20_000_000, () -> {
      var unused =
          good ? answer.complete("ok") : answer.completeExceptionally(new IOException("down"));
    });
    return answer;
  }

  private void call() {
    var unused = pipeline.callAsync(this::answer);
    kernel.advance(Duration.ofNanos(500_000)); // 2,000 calls a second
  }

  @Test
  void twoThousandCallsASecond_areHeldBackAsWithAListener() {
    for (int i = 0; i < 40_000; i++) {
      call();
    }
    up = false;
    for (int i = 0; i < 40_000; i++) {
      call();
    }
    up = true;
    for (int i = 0; i < 4_000 && breaker.state().kind() != Kind.RAMPING; i++) {
      call();
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.RAMPING);
    sent = 0;
    for (int i = 0; i < 200; i++) { // the first 100 ms of the ramp, at a share of 0.25
      call();
    }
    assertThat(sent).as("of 200").isBetween(1, 99);
  }
}
