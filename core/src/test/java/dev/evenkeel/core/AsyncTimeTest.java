package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asynchronous calls on a clock moved by hand. */
class AsyncTimeTest {

  private static final long MILLI = 1_000_000;

  private final ManualKernel kernel = new ManualKernel(Long.MAX_VALUE - 5 * MILLI);
  private final RecordingGate gate = new RecordingGate();
  private final CompletableFuture<String> source = new CompletableFuture<>();
  private final AtomicInteger started = new AtomicInteger();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("later").kernel(kernel).policies(policies).build();
  }

  private CompletableFuture<String> start(Policy... policies) {
    return pipeline(policies).callAsync(() -> {
      started.incrementAndGet();
      return source;
    });
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    assertThat(future).isDone();
    return future
        .<Throwable>handle((result, failure) ->
            failure instanceof CompletionException ? failure.getCause() : failure)
        .join();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
    assertThat(CallerThread.currentContext()).as("context").isNull();
  }

  @Test
  void stageThatCompletesInTime_disarmsItsTimer() {
    CompletableFuture<String> result = start(gate, Timeout.ofMillis(10));
    kernel.advance(10 * MILLI - 1);
    assertThat(result).isNotDone();
    source.complete("just in time");
    assertThat(result).isCompletedWithValue("just in time");
    assertThat(kernel.armedTimers()).isZero();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void timeout_endsTheCallToTheNanosecond() {
    CompletableFuture<String> result = start(gate, Timeout.ofMillis(10));
    kernel.advance(10 * MILLI);
    assertThat(failureOf(result))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessage("later: no answer within 10 ms (timeout)");
    assertThat(source).isCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void stageThatCompletesAfterItsTimeout_isIgnored() {
    CompletableFuture<String> result = start(gate, Timeout.cooperative(Duration.ofMillis(10)));
    kernel.advance(10 * MILLI);
    assertThat(source.complete("late")).isTrue();
    assertThat(failureOf(result)).isInstanceOf(CallTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void stageThatCompletesTwice_countsOnce() {
    CompletableFuture<String> twice = new CompletableFuture<>() {
      @Override
      public CompletableFuture<String> whenComplete(
          BiConsumer<? super String, ? super Throwable> action) {
        action.accept("first", null);
        action.accept(null, new IllegalStateException("second"));
        return this;
      }
    };
    CompletableFuture<String> result = pipeline(gate, Timeout.ofMillis(10)).callAsync(() -> twice);
    assertThat(result).isCompletedWithValue("first");
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void stageThatRefusesToBeHeard_isAFailure() {
    IllegalStateException fault = new IllegalStateException("deaf");
    CompletableFuture<String> deaf = new CompletableFuture<>() {
      @Override
      public CompletableFuture<String> whenComplete(
          BiConsumer<? super String, ? super Throwable> action) {
        throw fault;
      }
    };
    assertThat(failureOf(pipeline(gate, Timeout.ofMillis(10)).callAsync(() -> deaf)))
        .isSameAs(fault);
  }

  @Test
  void minimalStage_timesOutLikeAnyOtherWithoutALogLine() {
    CompletionStage<String> minimal = source.minimalCompletionStage();
    try (Logs logs = new Logs()) {
      CompletableFuture<String> result =
          pipeline(gate, Timeout.ofMillis(10)).callAsync(() -> minimal);
      kernel.advance(10 * MILLI);
      assertThat(failureOf(result)).isInstanceOf(CallTimeoutException.class);
      assertThat(logs.lines()).isEmpty();
    }
    assertThat(pipeline(gate, Timeout.ofMillis(10))
            .callAsync(() -> CompletableFuture.completedStage("minimal, too")))
        .isCompletedWithValue("minimal, too");
  }

  @Test
  void orTimeoutOnTheResult_givesTheCallUp() throws Exception {
    CompletableFuture<String> result = start(gate);
    CountDownLatch settled = new CountDownLatch(1);
    CompletableFuture<String> observed =
        source.whenComplete((value, failure) -> settled.countDown());
    assertThat(result.orTimeout(1, TimeUnit.MILLISECONDS)).isSameAs(result);
    assertThat(settled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(source).isCancelled();
    assertThat(failureOf(result)).isInstanceOf(TimeoutException.class);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (gate.verdicts.isEmpty() && System.nanoTime() - end < 0) {
      Thread.onSpinWait(); // the JDK's timer thread is a few instructions away
    }
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(observed).isCompletedExceptionally();
  }

  @Test
  void completingTheResultExceptionally_givesTheCallUp() {
    CompletableFuture<String> result = start(gate, Timeout.ofMillis(10));
    assertThat(result.completeExceptionally(new IllegalStateException("enough")))
        .isTrue();
    assertThat(source).isCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void cancel_twiceOrAfterTheEnd_changesNothing() {
    CompletableFuture<String> result = start(gate, Timeout.ofMillis(10));
    assertThat(result.cancel(false)).isTrue();
    assertThat(result.cancel(false)).isTrue();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    CompletableFuture<String> ended =
        pipeline(gate).callAsync(() -> CompletableFuture.completedFuture("ok"));
    assertThat(ended.cancel(true)).isFalse();
    assertThat(ended).isCompletedWithValue("ok");
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED, Verdict.SUCCESS);
  }

  @Test
  void cancelOfACooperativeCall_leavesTheSourceAlone() {
    CompletableFuture<String> result = start(gate, Timeout.cooperative(Duration.ofMillis(10)));
    result.cancel(true);
    assertThat(source).isNotDone();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void cancelBetweenTwoAttempts_startsNoOtherOne() {
    CompletableFuture<String> result = start(gate, new StubDriver(3), Timeout.ofMillis(10));
    source.completeExceptionally(new IllegalStateException("down"));
    assertThat(started).hasValue(1);
    assertThat(kernel.armedTimers()).as("the wait").isEqualTo(1);
    assertThat(result.cancel(true)).isTrue();
    kernel.advance(100 * MILLI);
    assertThat(started).hasValue(1);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void retries_startAfterTheirWait() {
    CompletableFuture<String> result = start(gate, new StubDriver(3), Timeout.ofMillis(10));
    source.completeExceptionally(new IllegalStateException("down"));
    kernel.advance(StubDriver.WAIT_NANOS - 1);
    assertThat(started).hasValue(1);
    kernel.advance(1);
    assertThat(started).hasValue(2);
    kernel.advance(StubDriver.WAIT_NANOS);
    assertThat(started).hasValue(3);
    assertThat(failureOf(result)).hasMessage("down");
    assertThat(gate.verdicts).hasSize(3).containsOnly(Verdict.FAILURE);
  }

  @Test
  void expiredDeadline_startsNothing() {
    CompletableFuture<String> result =
        Deadline.after(Duration.ZERO, kernel).call(() -> start(gate, Timeout.ofMillis(10)));
    assertThat(failureOf(result))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            exceeded -> assertThat(exceeded.wasStarted()).isFalse());
    assertThat(started).hasValue(0);
    assertThat(gate.admitted).hasValue(0);
  }

  @Test
  void callersDeadline_endsTheCallAndIsNoEvidence() {
    CompletableFuture<String> result =
        Deadline.after(Duration.ofMillis(3), kernel).call(() -> start(gate, Timeout.ofMillis(10)));
    kernel.advance(3 * MILLI);
    assertThat(failureOf(result)).isInstanceOf(DeadlineExceededException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void sourceThatThrowsWhenCancelled_isLoggedOnceAndTheCallEnds() {
    CompletableFuture<String> stubborn = new CompletableFuture<>() {
      @Override
      public boolean cancel(boolean mayInterruptIfRunning) {
        throw new IllegalStateException("stubborn");
      }
    };
    try (Logs logs = new Logs()) {
      CompletableFuture<String> result =
          pipeline(gate, Timeout.ofMillis(10)).callAsync(() -> stubborn);
      kernel.advance(10 * MILLI);
      assertThat(failureOf(result)).isInstanceOf(CallTimeoutException.class);
      assertThat(logs.lines())
          .containsExactly("pipeline 'later': cancel threw; the call was given up all the same"
              + " (logged once)");
    }
  }

  @Test
  void errorOfTheSupplier_isInTheFutureAndNotRetried() {
    StackOverflowError error = new StackOverflowError();
    CompletableFuture<String> result = pipeline(gate, new StubDriver(3), Timeout.ofMillis(10))
        .callAsync(() -> {
          throw error;
        });
    assertThat(failureOf(result)).isSameAs(error);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void sourceCancelledBySomebodyElse_isNoEvidence() {
    CompletableFuture<String> result = start(gate, Timeout.ofMillis(10));
    source.cancel(true);
    assertThat(failureOf(result)).isInstanceOf(CancellationException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }
}
