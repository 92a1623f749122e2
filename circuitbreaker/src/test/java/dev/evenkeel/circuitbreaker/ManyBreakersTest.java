package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The shipped policies are deterministic: whoever owns the kernel owns the behaviour. */
class ManyBreakersTest {

  private static final int BREAKERS = 2_000;
  private static final long CALL_EVERY_NANOS = 100_000_000L;

  private List<String> minute(long seed) {
    ManualKernel kernel = ManualKernel.withSeed(seed);
    List<String> trace = new ArrayList<>();
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        trace.add(
            change.atNanos() + " " + change.pipeline() + " " + change.from() + " " + change.to());
      }
    };
    SplittableRandom random = new SplittableRandom(seed);
    List<Pipeline> pipelines = new ArrayList<>();
    for (int i = 0; i < BREAKERS; i++) {
      Pipeline pipeline = Pipeline.builder("p" + i)
          .kernel(kernel)
          .listener(listener)
          .policies(Timeout.ofMillis(50), Retry.jittered(3), CircuitBreaker.standard())
          .build();
      pipelines.add(pipeline);
      long first = random.nextLong(CALL_EVERY_NANOS);
      kernel.schedule(first, () -> call(kernel, pipeline));
    }
    kernel.advance(Duration.ofSeconds(60));
    assertThat(pipelines)
        .allMatch(pipeline ->
            pipeline.policy(CircuitBreaker.class).orElseThrow().state().equals(GateState.CLOSED));
    return trace;
  }

  /** Answers after 10 ms, but for an outage from 10 to 25 s: half of it fails, half of it hangs. */
  private void call(ManualKernel kernel, Pipeline pipeline) {
    kernel.schedule(kernel.nanoTime() + CALL_EVERY_NANOS, () -> call(kernel, pipeline));
    CompletableFuture<String> unused = pipeline.callAsync(() -> {
      CompletableFuture<String> answer = new CompletableFuture<>();
      long second = kernel.nanoTime() / 1_000_000_000L;
      if (second >= 10 && second < 18) {
        answer.completeExceptionally(new IOException("down"));
      } else if (second < 10 || second >= 25) {
        kernel.schedule(kernel.nanoTime() + 10_000_000L, () -> answer.complete("ok"));
      }
      return answer;
    });
  }

  @Test
  void twoThousandBreakers_giveTheSameTraceTwice() {
    List<String> first = minute(7);
    assertThat(first).as("four changes of each at least").hasSizeGreaterThanOrEqualTo(4 * BREAKERS);
    assertThat(minute(7)).isEqualTo(first);
    assertThat(minute(8)).isNotEqualTo(first);
  }
}
