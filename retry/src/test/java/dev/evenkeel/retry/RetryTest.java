package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryAfter;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryTest {

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 1_000_000);
  private int calls;

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("flaky").kernel(kernel).policies(policies).build();
  }

  private String failing(int times) throws IOException {
    if (++calls <= times) {
      throw new IOException("down " + calls);
    }
    return "ok";
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(kernel.armedTimers()).as("timers").isZero();
  }

  @Test
  void callThatFailsTwice_succeedsAtTheThirdAttempt() throws IOException {
    assertThat(pipeline(Retry.jittered(3)).call(() -> failing(2))).isEqualTo("ok");
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void lastFailure_reachesTheCallerWithTheEarlierOnesSuppressed() {
    assertThatThrownBy(() -> pipeline(Retry.jittered(3)).call(() -> failing(9)))
        .isInstanceOf(IOException.class)
        .hasMessage("down 3")
        .satisfies(last -> assertThat(last.getSuppressed())
            .extracting(Throwable::getMessage)
            .containsExactly("down 1", "down 2"));
  }

  @Test
  void sameExceptionThrownForEver_doesNotGrow() {
    IOException same = new IOException("same");
    Pipeline pipeline = pipeline(Retry.builder().unlimitedBudget().build());
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> pipeline.run(() -> {
            throw same;
          }))
          .isSameAs(same);
    }
    assertThat(same.getSuppressed()).isEmpty();
  }

  @Test
  void errorsAndInterrupts_areNotRetried() {
    Pipeline pipeline = pipeline(Retry.jittered(3));
    assertThatThrownBy(() -> pipeline.run(() -> {
          calls++;
          throw new StackOverflowError();
        }))
        .isInstanceOf(StackOverflowError.class);
    assertThatThrownBy(() -> pipeline.run(() -> {
          calls++;
          throw new InterruptedException();
        }))
        .isInstanceOf(InterruptedException.class);
    assertThat(calls).isEqualTo(2);
  }

  @Test
  void refusalOfABreaker_isNotRetried_andDoesNotHideTheRealFailure() {
    Refusing breaker = new Refusing(RefusalReason.CIRCUIT_OPEN);
    Pipeline pipeline = pipeline(Retry.jittered(3), breaker);
    breaker.after = 1;
    assertThatThrownBy(() -> pipeline.call(() -> failing(9)))
        .hasMessage("down 1")
        .satisfies(failure -> assertThat(failure.getSuppressed())
            .hasSize(1)
            .hasOnlyElementsOfType(CallRefusedException.class));
    assertThat(breaker.asked).isEqualTo(2);
  }

  @Test
  void refusalOfALimit_isRetried() {
    Refusing limit = new Refusing(RefusalReason.CONCURRENCY_LIMIT);
    assertThatThrownBy(() -> pipeline(Retry.jittered(3), limit).call(() -> "never"))
        .isInstanceOf(CallRefusedException.class);
    assertThat(limit.asked).isEqualTo(3);
  }

  @Test
  void attemptThatCannotEndBeforeTheDeadline_isNotMade_andCostsNoToken() {
    RetryBudget budget = RetryBudget.of(0.1, 10, 10);
    Retry retry = Retry.builder()
        .backoff(Backoff.fixed(Duration.ofSeconds(1)))
        .budget(budget)
        .build();
    Pipeline pipeline = pipeline(retry);
    assertThatThrownBy(() -> Deadline.after(Duration.ofMillis(900), kernel)
            .call(() -> pipeline.call(() -> failing(9))))
        .hasMessage("down 1");
    assertThat(budget.available()).isEqualTo(10);
  }

  @Test
  void retryAfter_isWaitedForAndAFifthAtRandomOnTop() {
    Pipeline pipeline =
        pipeline(Retry.builder().maxAttempts(2).maxWait(Duration.ofSeconds(12)).build());
    long before = kernel.nanoTime();
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw new Busy();
        }))
        .isInstanceOf(Busy.class);
    assertThat(kernel.nanoTime() - before).isBetween(10_000_000_000L, 12_000_000_000L);
  }

  @Test
  void emptyBudget_endsTheRetries_andSuccessesEarnThemBack() throws IOException {
    RetryBudget budget = RetryBudget.of(0.5, 10, 1);
    Pipeline pipeline = pipeline(Retry.builder().budget(budget).build());
    assertThatThrownBy(() -> pipeline.call(() -> failing(9))).hasMessage("down 2");
    assertThatThrownBy(() -> pipeline.call(() -> failing(9))).hasMessage("down 3");
    calls = 100;
    assertThat(pipeline.call(() -> failing(0))).isEqualTo("ok");
    assertThat(pipeline.call(() -> failing(0))).isEqualTo("ok");
    assertThat(budget.available()).isEqualTo(1);
  }

  @Test
  void predicateThatThrows_doesNotHideTheCallsFailure() {
    Retry retry = Retry.builder()
        .retryOn(failure -> {
          throw new IllegalStateException("faulty predicate");
        })
        .build();
    assertThatThrownBy(() -> pipeline(retry).call(() -> failing(9))).hasMessage("down 1");
  }

  @Test
  void interruptDuringTheWait_staysSetAndGivesTheLastFailure() {
    Pipeline pipeline = pipeline(Retry.jittered(3));
    assertThatThrownBy(() -> pipeline.call(() -> {
          Thread.currentThread().interrupt();
          return failing(9);
        }))
        .hasMessage("down 1");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void resultThatIsNotWanted_isRetried_andTheLastOneReturned() {
    Retry retry = Retry.builder().retryOnResult("busy"::equals).build();
    assertThat(pipeline(retry).<String, RuntimeException>call(() -> {
          calls++;
          return "busy";
        }))
        .isEqualTo("busy");
    assertThat(calls).isEqualTo(3);
  }

  @Test
  void asynchronousCall_isRetriedWhenItsTimeComes_andNotAfterACancel() {
    Pipeline pipeline = pipeline(Retry.jittered(3));
    CompletableFuture<String> result = pipeline.callAsync(() -> {
      calls++;
      return CompletableFuture.failedFuture(new IOException("down"));
    });
    assertThat(calls).isEqualTo(1);
    kernel.advance(Duration.ofSeconds(10));
    assertThat(calls).isEqualTo(3);
    assertThat(result).isCompletedExceptionally();

    CompletableFuture<String> cancelled =
        pipeline.callAsync(() -> CompletableFuture.failedFuture(new IOException("down")));
    assertThat(kernel.armedTimers()).isEqualTo(1);
    cancelled.cancel(true);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void badSettings_areRefusedWithFieldAndExpectation() {
    assertThatThrownBy(() -> Retry.jittered(0)).hasMessage("maxAttempts: 0 (expected: 1 to 10000)");
    assertThatThrownBy(() -> RetryBudget.of(Double.NaN, 1, 1))
        .hasMessage("ratio: NaN (expected: 0.0 to 1.0)");
    assertThatThrownBy(() -> RetryBudget.of(0.1, 5, 6)).hasMessage("initial: 6 (expected: 0 to 5)");
    assertThatThrownBy(() -> Backoff.fullJitter(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessage("cap: 1 s (expected: at least the base, 2 s)");
    assertThatThrownBy(() -> Pipeline.of("two", Retry.jittered(2), Retry.jittered(3)))
        .hasMessage("two: retry: two, nested: 2 x 3 attempts (expected: one)");
    assertThat(Pipeline.of("no timeout", Retry.jittered(2)).warnings())
        .singleElement()
        .asString()
        .contains("retry without a timeout");
  }

  private static final class Busy extends RuntimeException implements RetryAfter {
    private static final long serialVersionUID = 1;

    @Override
    public Duration retryAfter() {
      return Duration.ofSeconds(10);
    }
  }

  /** Refuses once it was asked more than so many times. */
  private static final class Refusing implements Gate {
    private final RefusalReason reason;
    int after;
    int asked;

    Refusing(RefusalReason reason) {
      this.reason = reason;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      return ++asked > after ? Refusal.of(reason) : 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "refusing";
    }
  }

  @Test
  void failureThatIsNotToBeRetried_reachesTheCallerAtOnce() {
    Pipeline pipeline = pipeline(Retry.builder()
        .retryOn(failure -> failure instanceof IllegalStateException)
        .build());
    assertThatThrownBy(() -> pipeline.call(() -> failing(1))).hasMessage("down 1");
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void waitThatTheUserReadsFromAFailure_isKept() throws IOException {
    Pipeline pipeline = pipeline(Retry.builder()
        .maxWait(Duration.ofSeconds(10))
        .retryAfter(failure -> Duration.ofSeconds(7))
        .build());
    long before = kernel.nanoTime();
    assertThat(pipeline.call(() -> failing(1))).isEqualTo("ok");
    assertThat(Duration.ofNanos(kernel.nanoTime() - before))
        .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(7).multipliedBy(6).dividedBy(5));
  }

  @Test
  void timeOnTopOfARetryAfter_isSpreadOverTheWholeFifth() {
    Pipeline pipeline = pipeline(Retry.builder()
        .maxAttempts(2)
        .maxWait(Duration.ofSeconds(12))
        .unlimitedBudget()
        .build());
    LongSummaryStatistics waits = new LongSummaryStatistics();
    for (int i = 0; i < 200; i++) {
      long before = kernel.nanoTime();
      assertThatThrownBy(() -> pipeline.run(() -> {
            throw new Busy();
          }))
          .isInstanceOf(Busy.class);
      waits.accept(Duration.ofNanos(kernel.nanoTime() - before).toMillis());
    }
    assertThat(waits.getMin()).isBetween(10_000L, 10_100L);
    assertThat(waits.getAverage()).isBetween(10_900.0, 11_100.0);
    assertThat(waits.getMax()).isBetween(11_900L, 12_000L);
  }

  @Test
  void attemptThatHasJustItsShortestTimeLeft_isMade_butNotWithLess() throws IOException {
    Pipeline pipeline = pipeline(Retry.builder()
        .backoff(Backoff.fixed(Duration.ofMillis(100)))
        .minAttempt(Duration.ofMillis(50))
        .build());
    Deadline justEnough = Deadline.after(Duration.ofMillis(150), kernel);
    assertThat(justEnough.<String, IOException>call(() -> pipeline.call(() -> failing(1))))
        .isEqualTo("ok");
    calls = 0;
    Deadline tooSoon = Deadline.after(Duration.ofMillis(150).minusNanos(1), kernel);
    assertThatThrownBy(
            () -> tooSoon.<String, IOException>call(() -> pipeline.call(() -> failing(1))))
        .hasMessage("down 1");
    assertThat(calls).isEqualTo(1);
  }

  @Test
  void retry_asksForWhatItsSettingsNeedOnly() {
    assertThat(Retry.jittered(3).splitsDeadline()).isFalse();
    assertThat(Retry.builder().splitDeadline().build().splitsDeadline()).isTrue();
    assertThat(Retry.jittered(3).readsResults()).isFalse();
    assertThat(Retry.builder().retryOnResult(result -> true).build().readsResults())
        .isTrue();
  }
}
