package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.junit.LeakCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Asynchronous calls on a clock moved by hand: each attempt is completed by the test. */
class HedgeAsyncTest {

  private static final Duration DELAY = Duration.ofMillis(20);

  @RegisterExtension
  final LeakCheck leaks = LeakCheck.on(ManualKernel.startingAt(Long.MAX_VALUE - 30_000_000));

  private final ManualKernel kernel = leaks.kernel();
  private final Recorder recorder = new Recorder();
  private final Hedge hedge = Hedge.after(DELAY).forIdempotentCalls();
  private final List<CompletableFuture<String>> sources = new ArrayList<>();
  private final List<CallContext> contexts = new ArrayList<>();

  private CompletableFuture<String> start(Policy... policies) {
    return Pipeline.builder("later")
        .kernel(kernel)
        .listener(recorder)
        .policies(
            Stream.concat(Stream.of(policies), Stream.of(leaks.permits())).toArray(Policy[]::new))
        .build()
        .callAsync(() -> {
          contexts.add(CallContext.current());
          CompletableFuture<String> source = new CompletableFuture<>();
          sources.add(source);
          return source;
        });
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(recorder.inFlight).as("permits").isZero();
  }

  @Test
  void hedgeThatIsFirst_winsAndTheOtherIsCancelled() {
    CompletableFuture<String> result = start(hedge, recorder, Timeout.ofMillis(100));
    kernel.advance(DELAY);
    assertThat(sources).hasSize(2);
    assertThat(contexts).extracting(CallContext::hedge).containsExactly(0, 1);
    sources.get(1).complete("hedge");
    assertThat(result).isCompletedWithValue("hedge");
    assertThat(sources.get(0)).isCancelled();
    assertThat(recorder.verdicts).containsExactly("1 SUCCESS", "0 CANCELLED");
    assertThat(recorder.events).containsExactly("hedge 1 after 20 ms", "end 1 SUCCESS after 20 ms");
  }

  @Test
  void firstThatIsFirst_cancelsItsHedge() {
    CompletableFuture<String> result = start(hedge, recorder, Timeout.ofMillis(100));
    kernel.advance(DELAY);
    sources.get(0).complete("first");
    assertThat(result).isCompletedWithValue("first");
    assertThat(sources.get(1)).isCancelled();
    assertThat(recorder.verdicts).containsExactly("0 SUCCESS", "1 CANCELLED");
  }

  @Test
  void attemptThatIsQuick_disarmsTheHedge() {
    CompletableFuture<String> result = start(hedge, recorder);
    assertThat(kernel.armedTimers()).isEqualTo(1);
    sources.get(0).complete("quick");
    assertThat(kernel.armedTimers()).isZero();
    assertThat(result).isCompletedWithValue("quick");
  }

  @Test
  void oneFailure_waitsForTheOther_andTwoGiveTheLast() {
    CompletableFuture<String> result = start(hedge, recorder);
    kernel.advance(DELAY);
    sources.get(0).completeExceptionally(new IOException("down 0"));
    assertThat(result).isNotDone();
    sources.get(1).completeExceptionally(new IOException("down 1"));
    assertThat(result)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .withMessage("down 1")
        .satisfies(last -> assertThat(last.getSuppressed())
            .extracting(Throwable::getMessage)
            .containsExactly("down 0"));
  }

  @Test
  void firstThatFailed_canStillBeSavedByItsHedge_andFurtherOnesMayStart() {
    CompletableFuture<String> result =
        start(Hedge.after(DELAY).maxHedges(3).forIdempotentCalls(), recorder);
    kernel.advance(DELAY);
    sources.get(0).completeExceptionally(new IOException("down"));
    kernel.advance(DELAY);
    assertThat(sources).hasSize(3);
    kernel.advance(Duration.ofMillis(19));
    sources.get(2).complete("the second hedge");
    assertThat(result).isCompletedWithValue("the second hedge");
    assertThat(sources.get(1)).isCancelled();
    kernel.advance(Duration.ofSeconds(1));
    assertThat(sources).as("the third hedge was not needed").hasSize(3);
  }

  @Test
  void callerWhoGivesUp_cancelsAllOfThem() {
    leaks.expectWarnings("later: retry without a ");
    CompletableFuture<String> result = start(Retry.jittered(3), hedge, recorder);
    kernel.advance(DELAY);
    result.cancel(true);
    assertThat(sources).hasSize(2).allMatch(CompletableFuture::isCancelled);
    assertThat(recorder.verdicts).containsExactlyInAnyOrder("0 CANCELLED", "1 CANCELLED");
    kernel.advance(Duration.ofSeconds(10));
    assertThat(sources).hasSize(2);
  }

  @Test
  void callerWhoGivesUpBeforeTheHedge_getsNone() {
    CompletableFuture<String> result = start(hedge, recorder);
    result.complete("from elsewhere");
    assertThat(kernel.armedTimers()).isZero();
    assertThat(recorder.verdicts).containsExactly("0 CANCELLED");
  }

  @Test
  void bothTimeOut_andTheRetryHedgesAgain() {
    leaks.expectWarnings("later: retry without a ");
    RetryBudget budget = RetryBudget.of(0.1, 10, 10);
    Retry retry = Retry.builder()
        .budget(budget)
        .maxAttempts(2)
        .backoff(Backoff.fixed(Duration.ofMillis(5)))
        .build();
    CompletableFuture<String> result = start(retry, hedge, recorder, Timeout.ofMillis(50));
    kernel.advance(Duration.ofMillis(70));
    assertThat(recorder.verdicts).containsExactly("0 TIMEOUT", "1 TIMEOUT");
    kernel.advance(Duration.ofMillis(25));
    assertThat(contexts)
        .extracting(c -> c.attempt() + "." + c.hedge())
        .containsExactly("1.0", "1.1", "2.0", "2.1");
    kernel.advance(Duration.ofMillis(50));
    assertThat(result)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(CallTimeoutException.class);
    assertThat(sources).allMatch(CompletableFuture::isCancelled);
    assertThat(budget.available()).as("a retry and two hedges").isEqualTo(7);
  }

  @Test
  void hedgeCutShortByTheTotalTimeout_isNoEvidence() {
    CompletableFuture<String> result = start(hedge, recorder, Timeout.total(Duration.ofMillis(30)));
    kernel.advance(Duration.ofMillis(30));
    assertThat(result).isCompletedExceptionally();
    assertThat(recorder.verdicts).containsExactly("0 TIMEOUT", "1 CANCELLED");
    assertThat(recorder.events).contains("end 0 TIMEOUT after 30 ms");
  }

  @Test
  void refusalOfTheHedge_leavesTheFirstAlone() {
    recorder.refuses = call -> call.hedge() > 0;
    CompletableFuture<String> result = start(hedge, recorder);
    kernel.advance(DELAY);
    assertThat(result).isNotDone();
    sources.get(0).complete("first");
    assertThat(result).isCompletedWithValue("first");
  }

  @Test
  void gateOnItsWayBack_getsNoHedge() {
    recorder.allowsRetry = call -> false;
    CompletableFuture<String> result = start(hedge, recorder);
    assertThat(kernel.armedTimers()).isZero();
    kernel.advance(DELAY);
    assertThat(sources).hasSize(1);
    sources.get(0).complete("alone");
    assertThat(result).isCompletedWithValue("alone");
  }

  @Test
  void stageThatIsDone_armsNoTimer() {
    CompletableFuture<String> result = Pipeline.builder("done")
        .kernel(kernel)
        .policies(hedge)
        .build()
        .callAsync(() -> CompletableFuture.completedFuture("done"));
    assertThat(result).isCompletedWithValue("done");
  }
}
