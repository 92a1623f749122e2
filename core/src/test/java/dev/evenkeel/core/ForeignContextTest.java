package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others keep in thread locals follows to wherever the engine runs a user's code. */
class ForeignContextTest {

  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void set() {
    TestCarrier.TRACE.set("mine");
  }

  @AfterEach
  void unset() {
    TestCarrier.TRACE.remove();
    TestCarrier.faulty = "";
  }

  private void look(String who) {
    seen.add(who + " " + TestCarrier.TRACE.get());
  }

  @Test
  void asynchronousCall_attemptsFallbackListenerAndContinuation() throws Exception {
    Pipeline pipeline = Pipeline.builder("p")
        .listener(new PipelineListener() {
          @Override
          public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
            look("listener");
          }
        })
        .policies(
            Fallback.of(failure -> {
              look("fallback");
              return "fallback";
            }),
            new StubDriver(2),
            Timeout.ofMillis(20))
        .build();
    CompletableFuture<String> call = pipeline.callAsync(() -> {
      look("attempt " + CallContext.current().attempt());
      return new CompletableFuture<>();
    });
    CompletableFuture<Void> continuation = call.thenAccept(answer -> look("continuation"));
    TestCarrier.TRACE.set("another call's");

    continuation.get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS);

    assertThat(seen)
        .containsExactly(
            "attempt 1 mine",
            "attempt 2 mine",
            "fallback mine",
            "listener mine",
            "continuation mine");
    assertThat(TestCarrier.TRACE.get()).isEqualTo("another call's");
  }

  @Test
  void stageThatSomebodyElseCompletes_hisThreadHasItsOwnBack() {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<Void> continuation =
        Pipeline.of("p").callAsync(() -> source).thenAccept(answer -> look("continuation"));
    TestCarrier.TRACE.set("his");

    source.complete("answer");

    assertThat(continuation).isCompleted();
    assertThat(seen).containsExactly("continuation mine");
    assertThat(TestCarrier.TRACE.get()).isEqualTo("his");
  }

  @Test
  void blockingHedge_andWhatTheCallerSetsItselfStays() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1));
    String answer = pipeline.call(() -> {
      look("hedge " + CallContext.current().hedge());
      if (CallContext.current().hedge() == 0) {
        TestCarrier.TRACE.set("set within");
        Hostile.quietly(Hostile::hang);
      }
      return "answer";
    });
    assertThat(answer).isEqualTo("answer");
    assertThat(seen).containsExactlyInAnyOrder("hedge 0 mine", "hedge 1 mine");
    assertThat(TestCarrier.TRACE.get()).isEqualTo("set within");
  }

  @Test
  void asynchronousHedge() throws Exception {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1));
    CompletableFuture<String> call = pipeline.callAsync(() -> {
      look("hedge " + CallContext.current().hedge());
      return CallContext.current().hedge() == 0
          ? new CompletableFuture<>()
          : CompletableFuture.completedFuture("answer");
    });
    assertThat(call.get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("answer");
    assertThat(seen).containsExactly("hedge 0 mine", "hedge 1 mine");
  }

  @Test
  void detachedAttempt() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Pipeline pipeline =
          Pipeline.of("p", Timeout.detached(java.time.Duration.ofMinutes(1), threads));
      pipeline.run(() -> look("detached"));
      threads.submit(() -> look("after it")).get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
    assertThat(seen).containsExactly("detached mine", "after it null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"capture", "open", "close"})
  void carrierThatThrows_doesNotTouchTheCall(String place) throws Exception {
    TestCarrier.faulty = place;
    Pipeline pipeline = Pipeline.of("p", new StubDriver(3), Timeout.ofMillis(60_000));
    CompletableFuture<String> call =
        pipeline.callAsync(() -> CallContext.current().attempt() < 3
            ? CompletableFuture.failedFuture(new IllegalStateException())
            : CompletableFuture.completedFuture("answer"));
    assertThat(call.get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("answer");
  }
}
