package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What this process did to a call, by standing still, is no evidence against the dependency. */
class FrozenProcessTest {

  private final ManualKernel kernel = new ManualKernel(Long.MAX_VALUE - 50_000_000);
  private final List<Long> latencies = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final Gate gate = new Gate() {
    @Override
    public long admit(CallView call, long nowNanos) {
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      verdicts.add(verdict);
      latencies.add(TimeUnit.NANOSECONDS.toMillis(nowNanos - call.startedNanos()));
    }

    @Override
    public String name() {
      return "latency";
    }
  };

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("orders").kernel(kernel).policies(policies).build();
  }

  private static void hang(Pipeline pipeline) {
    CompletableFuture<Object> call = pipeline.callAsync(CompletableFuture::new);
    assertThat(call).isNotDone();
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void asynchronousCallsInFlight_endForTheirCallers_butAreNoEvidence(boolean kernelTells) {
    kernel.tellsStandstills = kernelTells;
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(300));
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<String> call = pipeline.callAsync(() -> answer);
    kernel.advance(millis(20));
    kernel.freeze(millis(10_000));
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CallTimeoutException.class);
    assertThat(verdicts).containsExactly(Verdict.CANCELLED);
  }

  /** Times in ms: the timeout, before the freeze, the freeze. */
  @ParameterizedTest
  @CsvSource({
    "300, 200, 10000, TIMEOUT", // silent for two thirds of its time before anything stood still
    "300, 150, 10000, TIMEOUT",
    "300, 149, 10000, CANCELLED",
    "300, 20, 500, CANCELLED", // a long pause of the collector
    "300, 20, 281, CANCELLED", // rings a millisecond late
    "10000, 1000, 3000, TIMEOUT", // shorter than the timeout: 7 s were left
    "10000, 1000, 7000, CANCELLED", // 3 s were left
  })
  void theDependencyHadAFairChance_ifHalfOfItsTimeWasReal(
      long timeout, long before, long frozen, Verdict expected) {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(timeout));
    hang(pipeline);
    kernel.advance(millis(before));
    kernel.freeze(millis(frozen));
    kernel.advance(millis(timeout));
    assertThat(verdicts).containsExactly(expected);
  }

  @Test
  void theNextCall_isJudgedAsEver() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(300));
    kernel.freeze(millis(10_000));
    hang(pipeline);
    kernel.advance(millis(300));
    assertThat(verdicts).containsExactly(Verdict.TIMEOUT);
    assertThat(latencies).containsExactly(300L);
  }

  @Test
  void aKernelThatCannotTell_isBelievedToBeBusyUntilItIsMuchTooLate() {
    kernel.tellsStandstills = false;
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(10));
    hang(pipeline);
    kernel.freeze(millis(10 + 999));
    hang(pipeline);
    kernel.freeze(millis(10 + 1_000));
    assertThat(verdicts).containsExactly(Verdict.TIMEOUT, Verdict.CANCELLED);
  }

  @Test
  void answerThatCameMeanwhile_isASuccess_withoutTheFrozenTimeInItsLatency() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(60_000));
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<String> call = pipeline.callAsync(() -> answer);
    kernel.advance(millis(20));
    kernel.freeze(millis(10_000));
    kernel.advance(millis(1));
    answer.complete("answer");
    assertThat(call).isCompletedWithValue("answer");
    assertThat(verdicts).containsExactly(Verdict.SUCCESS);
    assertThat(latencies).containsExactly(21L);
  }

  @Test
  void blockingCall_whoseAnswerIsThereAfterTheFreeze_succeeds() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(300));
    String answer = pipeline.call(() -> {
      kernel.advance(millis(20));
      kernel.freeze(millis(10_000));
      return "answer";
    });
    assertThat(answer).isEqualTo("answer");
    assertThat(verdicts).containsExactly(Verdict.SUCCESS);
    assertThat(latencies).containsExactly(20L);
    assertThat(Thread.interrupted()).as("the alarm rang").isFalse();
  }

  @Test
  void blockingCall_thatTakesMoreThanItsOwnTimeBesides_timesOut() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(300));
    assertThatThrownBy(() -> pipeline.run(() -> {
          kernel.advance(millis(150));
          kernel.freeze(millis(10_000));
          Thread.interrupted();
          kernel.advance(millis(150));
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blockingCall_endedByItsLateAlarm_isNoEvidence(boolean kernelTells) {
    kernel.tellsStandstills = kernelTells;
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(300));
    assertThatThrownBy(() -> pipeline.run(() -> {
          kernel.freeze(millis(10_000));
          kernel.sleepUntil(kernel.nanoTime() + 1);
        }))
        .isInstanceOf(CallTimeoutException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void nestedCalls_areNoEvidenceForEither() {
    Pipeline outer = pipeline(gate, Timeout.ofMillis(300));
    Pipeline inner = pipeline(gate, Timeout.ofMillis(200));
    Throwable failure = catchThrowable(() -> outer.run(() -> inner.run(() -> {
      kernel.advance(millis(20));
      kernel.freeze(millis(10_000));
      kernel.sleepUntil(kernel.nanoTime() + 1);
    })));
    assertThat(failure).isInstanceOf(PipelineException.class);
    assertThat(verdicts).containsExactly(Verdict.CANCELLED, Verdict.CANCELLED);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void callersDeadlineThatPassedMeanwhile_isNoEvidence() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(300));
    CompletableFuture<Object> call = Deadline.after(Duration.ofMillis(200), kernel)
        .call(() -> pipeline.callAsync(CompletableFuture::new));
    kernel.freeze(millis(10_000));
    assertThatThrownBy(call::join).hasCauseInstanceOf(DeadlineExceededException.class);
    assertThat(verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void theSystemsKernel_noticesThatItsThreadDidNotWakeUp() {
    AlarmClock clock = new AlarmClock(Thread::new, 1);
    long now = System.nanoTime();
    assertThat(clock.standstill(now)).as("nothing armed: nobody looks").isNull();
    clock.rests(now, millis(100));
    assertThat(clock.standstill(now + millis(350))).as("a busy machine").isNull();
    assertThat(clock.standstill(now + millis(351)))
        .isEqualTo(new Standstill(now, now + millis(351)));
  }

  @Test
  void aStandstill_takesFromATimeWhatBothShare() {
    long from = Long.MAX_VALUE - 5;
    Standstill still = new Standstill(from, from + 10); // wraps around
    assertThat(still.nanosWithin(from - 3, from + 20)).isEqualTo(10);
    assertThat(still.nanosWithin(from + 4, from + 20)).isEqualTo(6);
    assertThat(still.nanosWithin(from - 3, from + 7)).isEqualTo(7);
    assertThat(still.nanosWithin(from + 10, from + 20)).isZero();
    assertThat(still.nanosWithin(from - 9, from)).isZero();
  }
}
