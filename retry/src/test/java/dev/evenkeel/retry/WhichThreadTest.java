package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table "which thread runs what" in the Javadoc of {@code dev.evenkeel.core}, row by row. */
class WhichThreadTest {

  private static final long LONG_SECONDS = 60;

  private final ExecutorService own = named("own");
  private final ExecutorService source = named("source");

  /** On which threads each thing was run. */
  private final Map<String, Set<String>> threads = new ConcurrentHashMap<>();

  private final PipelineListener listener = new PipelineListener() {
    @Override
    public void onRetry(CallView call, long waitNanos) {
      here("onRetry");
    }

    @Override
    public void onFallback(CallView call, Throwable failure) {
      here("onFallback");
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      here("onCallEnd");
    }
  };

  private static ExecutorService named(String name) {
    return Executors.newSingleThreadExecutor(task -> new Thread(task, name));
  }

  @AfterEach
  void close() {
    own.shutdownNow();
    source.shutdownNow();
  }

  private void here(String what) {
    threads
        .computeIfAbsent(what, added -> ConcurrentHashMap.newKeySet())
        .add(Thread.currentThread().getName());
  }

  private void ranOn(String thread, String... whats) {
    for (String what : whats) {
      assertThat(threads).as(what).containsEntry(what, Set.of(thread));
    }
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("threads")
        .executor(own)
        .listener(listener)
        .policies(policies)
        .build();
  }

  private Retry retry() {
    return Retry.builder()
        .maxAttempts(2)
        .retryOn(failure -> {
          here("predicate");
          return true;
        })
        .backoff(Backoff.of(
            (attempt, failure, result) -> {
              here("delay");
              return Duration.ofMillis(1);
            },
            Duration.ofMillis(1)))
        .build();
  }

  private String answer(Throwable failure) {
    here("fallback");
    return "other";
  }

  @Test
  void blockingCall_doesItAllOnItsCallersThread() {
    String answer = pipeline(Timeout.ofMillis(60_000), retry())
        .call(
            () -> {
              here("attempt " + CallContext.current().attempt());
              throw new IOException("down");
            },
            this::answer);
    assertThat(answer).isEqualTo("other");
    ranOn(
        Thread.currentThread().getName(),
        "attempt 1",
        "attempt 2",
        "predicate",
        "delay",
        "fallback",
        "onRetry",
        "onFallback",
        "onCallEnd");
  }

  @Test
  void asynchronousCall_goesOnWhereItsStageIsCompleted_andBeginsAgainOnTheExecutor()
      throws Exception {
    CountDownLatch dependsOnIt = new CountDownLatch(1);
    CompletableFuture<String> call = pipeline(retry())
        .callAsync(
            () -> {
              int attempt = CallContext.current().attempt();
              here("attempt " + attempt);
              CompletableFuture<String> stage = new CompletableFuture<>();
              source.execute(() -> {
                await(dependsOnIt);
                if (attempt > 1) {
                  awaitIdle(own); // or its stage is complete before anybody waits for it
                }
                stage.completeExceptionally(new IOException("down"));
              });
              return stage;
            },
            this::answer);
    CompletableFuture<Void> dependent = call.thenRun(() -> here("dependent"));
    dependsOnIt.countDown();
    dependent.get(LONG_SECONDS, TimeUnit.SECONDS);
    ranOn(Thread.currentThread().getName(), "attempt 1");
    ranOn("own", "attempt 2");
    ranOn(
        "source",
        "predicate",
        "delay",
        "fallback",
        "onRetry",
        "onFallback",
        "onCallEnd",
        "dependent");
  }

  @Test
  void asynchronousCallWhoseTimeIsOver_goesOnOnTheExecutor() throws Exception {
    CompletableFuture<String> call =
        pipeline(Timeout.ofMillis(1_000)).callAsync(CompletableFuture::new, this::answer);
    call.thenRun(() -> here("dependent")).get(LONG_SECONDS, TimeUnit.SECONDS);
    ranOn("own", "fallback", "onFallback", "onCallEnd", "dependent");
  }

  @Test
  void asynchronousCallThatEndsAtOnce_doesItAllOnItsCallersThread() {
    CompletableFuture<String> call = pipeline()
        .callAsync(
            () -> {
              here("attempt 1");
              return CompletableFuture.failedFuture(new IOException("down"));
            },
            this::answer);
    assertThat(call.thenApply(answer -> {
          here("dependent");
          return answer;
        }))
        .isCompletedWithValue("other");
    ranOn(
        Thread.currentThread().getName(),
        "attempt 1",
        "fallback",
        "onFallback",
        "onCallEnd",
        "dependent");
  }

  @Test
  void detachedCall_runsOnItsExecutor_andAllElseOnItsCallersThread() {
    String answer = pipeline(Timeout.detached(Duration.ofMinutes(1), source), retry())
        .call(
            () -> {
              here("attempt " + CallContext.current().attempt());
              throw new IOException("down");
            },
            this::answer);
    assertThat(answer).isEqualTo("other");
    ranOn("source", "attempt 1", "attempt 2");
    ranOn(Thread.currentThread().getName(), "predicate", "delay", "fallback", "onCallEnd");
  }

  @Test
  void hedges_runOnTheExecutor() throws Exception {
    CountDownLatch hedged = new CountDownLatch(1);
    Pipeline pipeline =
        pipeline(Timeout.ofMillis(60_000), Hedge.after(Duration.ofMillis(1)).forIdempotentCalls());
    int answer = pipeline.call(() -> {
      int hedge = CallContext.current().hedge();
      here("hedge " + hedge);
      if (hedge == 0) {
        hedged.await();
      }
      return hedge;
    });
    assertThat(answer).isEqualTo(1);
    ranOn("own", "hedge 1");
    hedged.countDown();
  }

  @Test
  void hooksAndTakersOfLateResults_runOnThreadsOfTheKernels() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    Pipeline pipeline = Pipeline.builder("late")
        .policies(Timeout.ofMillis(50))
        .executor(own)
        .onLateResult(late -> {
          here("taker");
          taken.countDown();
        })
        .build();
    CountDownLatch aborted = new CountDownLatch(1);
    assertThat(pipeline.callOrElse(
            () -> {
              var unused = CallContext.current().onAbort(() -> {
                here("hook");
                aborted.countDown();
              });
              await(aborted);
              return "late";
            },
            "none"))
        .isEqualTo("none");
    assertThat(taken.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
    for (String what : List.of("hook", "taker")) {
      assertThat(threads.get(what)).as(what).allMatch(thread -> thread.startsWith("evenkeel-"));
    }
  }

  /** Until what runs on an executor of one thread has returned. */
  private static void awaitIdle(ExecutorService executor) {
    CountDownLatch idle = new CountDownLatch(1);
    executor.execute(idle::countDown);
    await(idle);
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    for (; ; ) {
      try {
        assertThat(latch.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        break;
      } catch (InterruptedException ours) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
