package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsyncTest {

  private final SystemKernel kernel = new SystemKernel("async-test");
  private final RecordingGate gate = new RecordingGate();
  private final CompletableFuture<String> source = new CompletableFuture<>();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("later").kernel(kernel).policies(policies).build();
  }

  private static Throwable failureOf(CompletableFuture<?> future) throws Exception {
    try {
      future.get(10, TimeUnit.SECONDS);
      throw new AssertionError("no failure");
    } catch (ExecutionException failed) {
      return failed.getCause();
    } catch (CancellationException cancelled) {
      return cancelled;
    }
  }

  @AfterEach
  void nothingIsLeftBehind() {
    Hostile.await("timers", () -> kernel.armedTimers() == 0);
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
    assertThat(CallerThread.currentContext()).as("context").isNull();
    kernel.close();
  }

  @Test
  void result_andFailure_reachTheCallerAsTheyAre() throws Exception {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(60_000));
    assertThat(pipeline.callAsync(() -> CompletableFuture.completedFuture("ok")).get())
        .isEqualTo("ok");
    IOException down = new IOException("down");
    CompletableFuture<String> wrapped =
        CompletableFuture.failedFuture(new CompletionException(down));
    assertThat(failureOf(pipeline.callAsync(() -> wrapped))).isSameAs(down);
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.FAILURE);
  }

  @Test
  void supplierThatThrowsOrGivesNull_isAFailure() throws Exception {
    Pipeline pipeline = pipeline(gate);
    IllegalStateException fault = new IllegalStateException("no");
    CompletableFuture<String> thrown = pipeline.callAsync(() -> {
      throw fault;
    });
    assertThat(failureOf(thrown)).isSameAs(fault);
    CompletableFuture<String> none = pipeline.callAsync(() -> (CompletionStage<String>) null);
    assertThat(failureOf(none))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("later: the call returned null");
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
  }

  @Test
  void stageThatNeverCompletes_timesOutAndIsCancelled() throws Exception {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(20));
    assertThat(failureOf(pipeline.callAsync(() -> source)))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(source).as("on another thread").failsWithin(Duration.ofSeconds(10));
    assertThat(source).isCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void cooperativeTimeout_leavesTheSourceAlone() throws Exception {
    Pipeline pipeline = pipeline(gate, Timeout.cooperative(Duration.ofMillis(20)));
    CompletableFuture<String> result = pipeline.callAsync(() -> source);
    assertThat(failureOf(result)).isInstanceOf(CallTimeoutException.class);
    assertThat(source).isNotDone();
    source.complete("late");
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void cancellingTheResult_cancelsTheSourceAndGivesThePermitBack() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(60_000));
    CompletableFuture<String> result = pipeline.callAsync(() -> source);
    assertThat(result.cancel(true)).isTrue();
    assertThat(source).isCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void completingTheResultFromOutside_givesTheCallUp() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(60_000));
    CompletableFuture<String> result = pipeline.callAsync(() -> source);
    assertThat(result.complete("mine")).isTrue();
    assertThat(source).isCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void executorThatRejects_doesNotKeepTheResult() throws Exception {
    Pipeline pipeline = Pipeline.builder("later")
        .kernel(kernel)
        .policies(gate, Timeout.ofMillis(20))
        .executor(task -> {
          throw new RejectedExecutionException("full");
        })
        .build();
    assertThat(failureOf(pipeline.callAsync(() -> source)))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void listenerThatThrows_doesNotTouchTheCall() throws Exception {
    PipelineListener faulty = new PipelineListener() {
      @Override
      public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
        throw new IllegalStateException("faulty listener");
      }
    };
    Pipeline pipeline =
        Pipeline.builder("later").kernel(kernel).listener(faulty).policies(gate).build();
    assertThat(pipeline.callAsync(() -> CompletableFuture.completedFuture("ok")).get())
        .isEqualTo("ok");
    assertThat(pipeline.<String, RuntimeException>call(() -> "ok")).isEqualTo("ok");
  }

  @Test
  void refusal_startsNothing() throws Exception {
    gate.refusal = Refusal.of(RefusalReason.OTHER, 5_000_000);
    CompletableFuture<String> result = pipeline(gate).callAsync(() -> {
      throw new AssertionError("started");
    });
    assertThat(failureOf(result)).isInstanceOfSatisfying(CallRefusedException.class, refused -> {
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(5));
      assertThat(refused).hasMessage("later: refused by recording (OTHER, retry after 5 ms)");
    });
  }

  @Test
  void nullCall_isRefusedAtOnce() {
    assertThatThrownBy(() -> pipeline(gate).callAsync(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("call: null (expected: a value)");
  }
}
