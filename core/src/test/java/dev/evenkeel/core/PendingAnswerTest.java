package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Fallbacks whose answer is a stage. */
class PendingAnswerTest {

  private static final long MILLI = 1_000_000;

  private final ManualKernel kernel = new ManualKernel(0);
  private final CompletableFuture<String> secondary = new CompletableFuture<>();
  private final List<String> heard = new ArrayList<>();
  private final List<Object> dropped = new ArrayList<>();

  private final PipelineListener listener = new PipelineListener() {
    @Override
    public void onFallback(CallView call, Throwable failure) {
      heard.add("fallback for " + failure.getMessage());
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      heard.add("end " + verdict + " after " + durationNanos / MILLI);
    }
  };

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p")
        .kernel(kernel)
        .listener(listener)
        .onLateResult(dropped::add)
        .policies(policies)
        .build();
  }

  private static CompletionStage<String> down() {
    return CompletableFuture.failedFuture(new IOException("down"));
  }

  @Test
  void asynchronousCall_goesOnWhenTheAnswerIsThere() {
    CompletableFuture<String> call =
        pipeline(Fallback.of(failure -> secondary)).callAsync(PendingAnswerTest::down);
    assertThat(call).isNotDone();
    assertThat(heard).isEmpty();
    kernel.advance(3 * MILLI);
    secondary.complete("secondary");
    assertThat(call).isCompletedWithValue("secondary");
    assertThat(heard).containsExactly("fallback for down", "end SUCCESS after 3");
  }

  @Test
  void answerThatIsThereAtOnce_andOneForACallThatWasUnderWay() {
    secondary.complete("secondary");
    Pipeline pipeline = pipeline(Fallback.of(failure -> secondary), Timeout.ofMillis(5));
    assertThat(pipeline.callAsync(PendingAnswerTest::down)).isCompletedWithValue("secondary");
    CompletableFuture<String> late = pipeline.callAsync(CompletableFuture::new);
    kernel.advance(5 * MILLI);
    assertThat(late).isCompletedWithValue("secondary");
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void answerThatFails_leavesTheCallItsOwnFailure() {
    CompletableFuture<String> call =
        pipeline(Fallback.of(failure -> secondary)).callAsync(PendingAnswerTest::down);
    secondary.completeExceptionally(new IllegalStateException("down too"));
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .satisfies(failure ->
            assertThat(failure.getSuppressed()).hasSize(1).allMatch(IOException.class::isInstance));
    assertThat(heard).containsExactly("end FAILURE after 0");
  }

  @Test
  void callerWhoGivesUp_cancelsTheAnswer_andALateOneIsNotLost() {
    CompletableFuture<String> stubborn = new CompletableFuture<>() {
      @Override
      public boolean cancel(boolean mayInterrupt) {
        return false;
      }
    };
    CompletableFuture<String> call =
        pipeline(Fallback.of(failure -> secondary)).callAsync(PendingAnswerTest::down);
    assertThat(call.cancel(true)).isTrue();
    assertThat(secondary).isCancelled();
    CompletableFuture<String> other =
        pipeline(Fallback.of(failure -> stubborn)).callAsync(PendingAnswerTest::down);
    assertThat(other.cancel(true)).isTrue();
    stubborn.complete("late");
    assertThat(dropped).containsExactly("late");
    assertThat(heard).containsExactly("end FAILURE after 0", "end FAILURE after 0");
    assertThatThrownBy(call::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void stageThatThrowsWhenItIsAskedToTell_isAFaultOfTheFallback() {
    CompletableFuture<String> broken = new CompletableFuture<>() {
      @Override
      public CompletableFuture<String> whenComplete(
          java.util.function.BiConsumer<? super String, ? super Throwable> action) {
        throw new IllegalStateException("broken");
      }
    };
    CompletableFuture<String> call =
        pipeline(Fallback.of(failure -> broken)).callAsync(PendingAnswerTest::down);
    assertThatThrownBy(call::join).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void blockingCall_waitsForTheAnswer() throws IOException {
    secondary.complete("secondary");
    Pipeline pipeline = pipeline(Fallback.of(failure -> secondary), Timeout.ofMillis(5));
    Object answer = pipeline.call(() -> {
      throw new IOException("down");
    });
    assertThat(answer).isEqualTo("secondary");
    CompletableFuture<String> failed =
        CompletableFuture.failedFuture(new IllegalStateException("down too"));
    assertThatThrownBy(() -> pipeline(Fallback.of(failure -> failed)).call(() -> {
          throw new IOException("down");
        }))
        .isInstanceOf(IllegalStateException.class)
        .satisfies(failure -> assertThat(failure.getSuppressed())
            .hasSize(1)
            .hasOnlyElementsOfType(IOException.class));
  }

  @Test
  void interruptWhileABlockingCallWaits_endsItWithItsOwnFailure_andStaysSet() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipeline(Fallback.of(failure -> secondary)).call(() -> {
          throw new IOException("down");
        }))
        .isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void interruptThatEndedTheCall_staysSet_whenAStageAnswersForIt() throws InterruptedException {
    secondary.complete("secondary");
    Object answer = pipeline(Fallback.of(failure -> secondary)).call(() -> {
      throw new InterruptedException();
    });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(answer).isEqualTo("secondary");
  }

  @Test
  void fallbackInsideOfOtherLayers_isWaitedForToo() {
    AtomicInteger attempts = new AtomicInteger();
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .policiesInOrder(new StubDriver(3), Fallback.of(failure -> secondary), Timeout.ofMillis(5))
        .build();
    CompletableFuture<String> call = pipeline.callAsync(() -> {
      attempts.incrementAndGet();
      return down();
    });
    kernel.advance(Duration.ofSeconds(1).toNanos());
    secondary.complete("secondary");
    assertThat(call).isCompletedWithValue("secondary");
    assertThat(attempts).hasValue(1);
  }
}
