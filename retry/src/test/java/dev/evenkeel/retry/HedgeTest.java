package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocking calls on a clock moved by hand: a hedge runs while the first attempt sleeps. */
class HedgeTest {

  private static final long MILLI = 1_000_000;
  private static final Duration DELAY = Duration.ofMillis(20);

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 30 * MILLI);
  private final long begin = kernel.nanoTime();
  private final Recorder recorder = new Recorder();
  private final Hedge hedge = Hedge.after(DELAY).forIdempotentCalls();
  private final List<CallContext> contexts = new ArrayList<>();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("slow")
        .kernel(kernel)
        .listener(recorder)
        .policies(policies)
        .build();
  }

  private String take(long millis) throws InterruptedException {
    CallContext context = CallContext.current();
    contexts.add(context);
    kernel.sleepUntil(kernel.nanoTime() + millis * MILLI);
    return "hedge " + context.hedge();
  }

  /** The first attempt takes the first time, its hedge the second one. */
  private String take(long first, long second) throws InterruptedException {
    return take(CallContext.current().hedge() == 0 ? first : second);
  }

  private long elapsedMillis() {
    return (kernel.nanoTime() - begin) / MILLI;
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(recorder.inFlight).as("permits").isZero();
    assertThat(CallContext.current().attempt() + CallContext.current().hedge()).isEqualTo(1);
  }

  @Test
  void slowAttempt_losesToItsHedge_andIsStopped() throws Exception {
    assertThat(pipeline(hedge, recorder).call(() -> take(500, 5))).isEqualTo("hedge 1");
    assertThat(elapsedMillis()).isEqualTo(25);
    assertThat(recorder.verdicts).containsExactly("1 SUCCESS", "0 CANCELLED");
    assertThat(recorder.events).containsExactly("hedge 1 after 20 ms", "end 1 SUCCESS after 25 ms");
  }

  @Test
  void quickAttempt_hasNoHedge() throws Exception {
    assertThat(pipeline(hedge, recorder).call(() -> take(19, 0))).isEqualTo("hedge 0");
    assertThat(recorder.verdicts).containsExactly("0 SUCCESS");
  }

  @Test
  void attemptThatWrapsTheInterrupt_isNoFailureOfTheDependency() {
    Pipeline pipeline = pipeline(hedge, recorder);
    assertThat(pipeline.call(
            () -> {
              try {
                return take(500, 5);
              } catch (InterruptedException stopped) {
                throw new IllegalStateException("as a driver does", stopped);
              }
            },
            failure -> "failed"))
        .isEqualTo("hedge 1");
    assertThat(recorder.verdicts).containsExactly("1 SUCCESS", "0 CANCELLED");
  }

  @Test
  void attemptThatIgnoresTheInterrupt_isLateAndCountsAsCancelled() throws Exception {
    assertThat(pipeline(hedge, recorder).<String, Exception>call(() -> {
          try {
            return take(500, 5);
          } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            kernel.advance(Duration.ofMillis(100));
            return "too late";
          }
        }))
        .isEqualTo("hedge 1");
    assertThat(elapsedMillis()).isEqualTo(125);
    assertThat(recorder.verdicts).containsExactly("1 SUCCESS", "0 CANCELLED");
  }

  @Test
  void interruptFromOutside_beforeTheCall_isKept() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipeline(hedge, recorder).call(() -> take(500, 5)))
        .isInstanceOf(InterruptedException.class);
    assertThat(recorder.verdicts).containsExactly("0 CANCELLED");
  }

  @Test
  void attemptThatFailsBeforeTheDelay_isLeftToTheRetry() throws Exception {
    Retry retry = Retry.builder()
        .maxAttempts(2)
        .backoff(Backoff.fixed(Duration.ofMillis(7)))
        .build();
    assertThat(pipeline(retry, hedge, recorder).call(() -> {
          String answer = take(10);
          if (CallContext.current().attempt() == 1) {
            throw new IOException("down");
          }
          return answer;
        }))
        .isEqualTo("hedge 0");
    assertThat(elapsedMillis()).isEqualTo(27);
    assertThat(recorder.verdicts).containsExactly("0 FAILURE", "0 SUCCESS");
  }

  @Test
  void hedgeThatFails_leavesTheFirstAlone() throws Exception {
    assertThat(pipeline(hedge, recorder).<String, Exception>call(() -> {
          if (CallContext.current().hedge() == 1) {
            throw new IOException("the hedge");
          }
          return take(100);
        }))
        .isEqualTo("hedge 0");
    assertThat(recorder.verdicts).containsExactly("1 FAILURE", "0 SUCCESS");
  }

  @Test
  void bothFail_theLastFailureReachesTheCallerWithTheOtherSuppressed() {
    assertThatThrownBy(() -> pipeline(hedge, recorder).run(() -> {
          take(100, 5);
          throw new IOException("down " + CallContext.current().hedge());
        }))
        .hasMessage("down 0")
        .satisfies(last -> assertThat(last.getSuppressed())
            .extracting(Throwable::getMessage)
            .containsExactly("down 1"));
  }

  @Test
  void refusalOfTheHedge_leavesTheFirstAlone() throws Exception {
    recorder.refuses = call -> call.hedge() > 0;
    assertThat(pipeline(hedge, recorder).call(() -> take(100))).isEqualTo("hedge 0");
    assertThat(recorder.verdicts).containsExactly("0 SUCCESS");
  }

  @Test
  void refusalOfTheHedge_doesNotHideTheRealFailure() {
    recorder.refuses = call -> call.hedge() > 0;
    assertThatThrownBy(() -> pipeline(hedge, recorder).run(() -> {
          take(100);
          throw new IOException("down");
        }))
        .hasMessage("down")
        .satisfies(last -> assertThat(last.getSuppressed())
            .hasOnlyElementsOfType(CallRefusedException.class)
            .hasSize(1));
  }

  @Test
  void gateOnItsWayBack_getsNoHedge() throws Exception {
    recorder.allowsRetry = call -> false;
    assertThat(pipeline(hedge, recorder).call(() -> take(100))).isEqualTo("hedge 0");
    assertThat(recorder.events).containsExactly("end 0 SUCCESS after 100 ms");
  }

  @Test
  void gateThatWantsNoHedgeWhenItComes_getsItsPermitBack() throws Exception {
    recorder.allowsRetry = call -> call.hedge() == 0;
    assertThat(pipeline(hedge, recorder).call(() -> take(100))).isEqualTo("hedge 0");
    assertThat(recorder.verdicts).containsExactly("1 REFUSED", "0 SUCCESS");
    assertThat(contexts).hasSize(1);
  }

  @Test
  void errorOfAnAttempt_endsAll() {
    assertThatThrownBy(() -> pipeline(hedge, recorder).run(() -> {
          if (CallContext.current().hedge() == 1) {
            throw new StackOverflowError();
          }
          take(100);
        }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(elapsedMillis()).isEqualTo(20);
    assertThat(recorder.verdicts).containsExactly("1 FAILURE", "0 CANCELLED");
  }

  @Test
  void errorOfAnAttemptThatLost_isNotLost() {
    assertThatThrownBy(() -> pipeline(hedge, recorder).run(() -> {
          try {
            take(100, 0);
          } catch (InterruptedException stopped) {
            throw new AssertionError("a bug", stopped);
          }
        }))
        .hasMessage("a bug");
  }

  @Test
  void eachAttempt_hasItsOwnTimeoutAndContext() {
    Pipeline pipeline = pipeline(hedge, Timeout.ofMillis(50), Timeout.total(Duration.ofMillis(60)));
    assertThatThrownBy(() -> CallContext.current()
            .withIdempotencyKey("order-1")
            .run(() -> pipeline.call(() -> {
              Duration remaining = Deadline.current().remaining();
              assertThat(remaining.toMillis())
                  .isEqualTo(CallContext.current().hedge() == 0 ? 50 : 40);
              return take(500);
            })))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(contexts).extracting(CallContext::hedge).containsExactly(0, 1);
    assertThat(contexts).extracting(CallContext::attempt).containsOnly(1);
    assertThat(contexts).extracting(CallContext::idempotencyKey).containsOnly("order-1");
  }

  @Test
  void deadlineTooClose_meansNoHedge() {
    Pipeline pipeline = pipeline(hedge, recorder);
    Deadline deadline = Deadline.after(Duration.ofMillis(20), kernel);
    assertThatThrownBy(() -> deadline.call(() -> pipeline.call(() -> take(100))))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(elapsedMillis()).isEqualTo(20);
    assertThat(recorder.verdicts).containsExactly("0 CANCELLED");
  }

  @Test
  void hedgeThatHasJustItsShortestTimeLeft_isStarted_butNotWithLess() throws Exception {
    Pipeline pipeline = pipeline(
        Hedge.after(DELAY).minAttempt(Duration.ofMillis(30)).forIdempotentCalls(), recorder);
    Deadline justEnough = Deadline.after(Duration.ofMillis(50), kernel);
    assertThat(justEnough.<String, Exception>call(() -> pipeline.call(() -> take(40, 5))))
        .isEqualTo("hedge 1");
    Deadline tooSoon = Deadline.after(Duration.ofMillis(50).minusNanos(1), kernel);
    assertThat(tooSoon.<String, Exception>call(() -> pipeline.call(() -> take(40, 5))))
        .isEqualTo("hedge 0");
  }

  @Test
  void budgetOfTheRetry_isTakenByHedgesToo_andEarnedOnce() throws Exception {
    RetryBudget budget = RetryBudget.of(0.5, 10, 1);
    Pipeline pipeline = pipeline(Retry.builder().budget(budget).build(), hedge);
    assertThat(pipeline.call(() -> take(100, 5))).isEqualTo("hedge 1");
    assertThat(budget.available()).as("one taken, a half earned").isEqualTo(0.5);
    assertThat(pipeline.call(() -> take(100, 5))).as("no token").isEqualTo("hedge 0");
    assertThat(budget.available()).isEqualTo(1);
  }

  @Test
  void budgetGiven_isTakenAndEarned() throws Exception {
    RetryBudget budget = RetryBudget.of(0.25, 10, 1);
    Pipeline pipeline =
        pipeline(Retry.jittered(2), Hedge.after(DELAY).budget(budget).forIdempotentCalls());
    pipeline.call(() -> take(100, 5));
    assertThat(budget.available()).isEqualTo(0.25);
    pipeline.call(() -> take(1));
    assertThat(budget.available()).isEqualTo(0.5);
  }

  @Test
  void callWithoutAKey_isNotHedgedIfAKeyIsAskedFor() throws Exception {
    Pipeline pipeline = pipeline(Hedge.after(DELAY).forCallsWithIdempotencyKey());
    assertThat(pipeline.call(() -> take(100, 5))).isEqualTo("hedge 0");
    assertThat(CallContext.current()
            .withIdempotencyKey("order-2")
            .call(() -> pipeline.call(() -> take(100, 5))))
        .isEqualTo("hedge 1");
  }

  @Test
  void quantile_isFollowedOnceItIsKnown() throws Exception {
    Hedge live = Hedge.afterQuantile(0.9).forIdempotentCalls();
    Pipeline pipeline = pipeline(live);
    assertThat(pipeline.call(() -> take(1_000, 5))).as("nothing known").isEqualTo("hedge 0");
    for (int i = 0; i < 99; i++) {
      assertThat(live.delay()).as("after %s calls", i + 1).matches(d -> d == null);
      int millis = i % 20 == 0 ? 100 : 10;
      pipeline.call(() -> take(millis));
    }
    assertThat(live.delay()).isBetween(Duration.ofMillis(10), Duration.ofMillis(11));
    assertThat(pipeline.call(() -> take(1_000, 5))).isEqualTo("hedge 1");
  }

  @Test
  void doubtfulCombinations_areRefusedWithFieldAndExpectation() {
    assertThatThrownBy(() -> Hedge.after(Duration.ZERO))
        .hasMessage("delay: 0 s (expected: more than zero, at most 36500 days)");
    assertThatThrownBy(() -> Hedge.afterQuantile(Double.NaN))
        .hasMessage("quantile: NaN (expected: 0.5 to 0.99)");
    assertThatThrownBy(() -> Hedge.after(DELAY).maxHedges(0))
        .hasMessage("maxHedges: 0 (expected: 1 to 10)");
    assertThatThrownBy(() -> pipeline(hedge, Hedge.after(DELAY).maxHedges(2).forIdempotentCalls()))
        .hasMessage("slow: hedge: two, nested: 1 and 2 hedges (expected: one)");
    assertThatThrownBy(() -> pipeline(hedge, Timeout.ofMillis(20)))
        .hasMessage(
            "slow: hedge: after 20 ms (expected: less than the timeout, 20 ms, or it never starts)");
    assertThatThrownBy(() -> pipeline(hedge, Timeout.total(Duration.ofMillis(10))))
        .hasMessageContaining("less than the total-timeout, 10 ms");
    assertThatThrownBy(() -> pipeline(hedge, Timeout.cooperative(Duration.ofSeconds(1))))
        .hasMessageContaining("slow: hedge: with a cooperative timeout");
    assertThatThrownBy(() -> Pipeline.inOrder("slow", hedge, Retry.jittered(2)))
        .hasMessageContaining("slow: retry: inside of hedge (expected: outside");
    assertThat(Pipeline.of("order", hedge, Retry.jittered(2), Timeout.ofMillis(100))
            .policies())
        .extracting(Policy::name)
        .containsExactly("retry", "hedge", "timeout");
    assertThat(hedge).hasToString("hedge(after 20.0 ms)");
    assertThat(Hedge.afterQuantile(0.95).maxHedges(2).forCallsWithIdempotencyKey())
        .hasToString("hedge(after the 0.95 quantile, up to 2, calls with an idempotency key)");
  }
}
