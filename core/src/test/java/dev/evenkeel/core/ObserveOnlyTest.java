package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies that say what they would do, and do nothing. */
class ObserveOnlyTest {

  private static final long MILLI = 1_000_000L;

  private final ManualKernel kernel = new ManualKernel(Long.MAX_VALUE - 50 * MILLI);
  private final RecordingGate outer = new RecordingGate();
  private final RecordingGate inner = new RecordingGate();
  private final List<String> heard = new ArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();

  private final PipelineListener listener = new PipelineListener() {
    @Override
    public void onWouldHave(
        CallView call, String policy, WouldHave decision, RefusalReason reason) {
      heard.add(decision + " by " + policy + (reason == null ? "" : ": " + reason));
    }

    @Override
    public void onRefused(CallView call, String policy, RefusalReason reason) {
      heard.add("refused by " + policy);
    }

    @Override
    public void onRetry(CallView call, long waitNanos) {
      heard.add("retry");
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      heard.add(verdict.toString());
    }
  };

  private Pipeline observed(Policy... policies) {
    return Pipeline.builder("inventory")
        .kernel(kernel)
        .policiesInOrder(policies)
        .listener(listener)
        .observeOnly(true)
        .build();
  }

  /** Both worlds: the second one waits for its attempt, so that it is suspended. */
  private String call(Pipeline pipeline, boolean async, long tookMillis, Exception failure)
      throws Exception {
    calls.incrementAndGet();
    if (!async) {
      return pipeline.call(() -> {
        kernel.advance(tookMillis * MILLI);
        if (failure != null) {
          throw failure;
        }
        return "7";
      });
    }
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> result = pipeline.callAsync(() -> source);
    kernel.advance(tookMillis * MILLI);
    assertThat(result).isNotDone();
    if (failure == null) {
      source.complete("7");
      return result.join();
    }
    source.completeExceptionally(failure);
    Throwable thrown = catchThrowable(result::join);
    assertThat(thrown.getCause()).isSameAs(failure);
    throw failure;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusal_isCounted_andTheCallIsMade(boolean async) throws Exception {
    Pipeline pipeline = observed(outer, inner);
    inner.refusal = Refusal.of(RefusalReason.CIRCUIT_OPEN);

    assertThat(call(pipeline, async, 1, null)).isEqualTo("7");

    assertThat(heard).containsExactly("REFUSED by recording: CIRCUIT_OPEN", "SUCCESS");
    assertThat(outer.verdicts).containsExactly(Verdict.REFUSED); // as if it were in force
    assertThat(inner.verdicts).isEmpty();
  }

  @Test
  void gatesInsideOfARefusal_areNotAsked() {
    Pipeline pipeline = observed(outer, inner);
    outer.refusal = Refusal.of(RefusalReason.RATE_LIMIT);

    assertThat(pipeline.call(() -> "7")).isEqualTo("7");

    assertThat(inner.admitted).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void timeout_isMeasured_andTheCallerGetsTheLateResult(boolean async) throws Exception {
    Pipeline pipeline = observed(outer, Timeout.ofMillis(300));

    assertThat(call(pipeline, async, 299, null)).isEqualTo("7");
    assertThat(call(pipeline, async, 5_000, null)).isEqualTo("7");

    assertThat(outer.verdicts).containsExactly(Verdict.SUCCESS, Verdict.TIMEOUT);
    assertThat(heard).containsExactly("SUCCESS", "TIMED_OUT by timeout", "SUCCESS");
    assertThat(kernel.armedTimers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lateFailure_reachesTheCallerAsItIs_andCountsAsATimeout(boolean async) {
    Pipeline pipeline = observed(outer, Timeout.ofMillis(300));
    Exception failure = new Exception("down");

    assertThatThrownBy(() -> call(pipeline, async, 301, failure)).isSameAs(failure);

    assertThat(outer.verdicts).containsExactly(Verdict.TIMEOUT);
    assertThat(failure.getSuppressed()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failure_isNotRetried_butCountedAsOneThatWouldBe(boolean async) {
    Pipeline pipeline = observed(new StubDriver(3), outer);
    Exception failure = new Exception("down");

    assertThatThrownBy(() -> call(pipeline, async, 1, failure)).isSameAs(failure);

    assertThat(calls).hasValue(1);
    assertThat(outer.verdicts).containsExactly(Verdict.FAILURE);
    assertThat(heard).containsExactly("RETRIED by retry", "FAILURE");
    assertThat(failure.getSuppressed()).isEmpty();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void hedge_isNotStarted_butCountedOfASlowCall() throws Exception {
    StubHedge hedge = new StubHedge(100 * MILLI, 2);
    Pipeline pipeline = observed(hedge, outer);

    assertThat(call(pipeline, false, 99, null)).isEqualTo("7");
    assertThat(call(pipeline, false, 100, null)).isEqualTo("7");

    assertThat(heard).containsExactly("SUCCESS", "HEDGED by hedge", "SUCCESS");
    assertThat(hedge.successes).hasValue(2);
  }

  @Test
  void callersDeadline_endsNothing_andGoesOnToWhatTheCallCalls() throws Exception {
    Pipeline pipeline = observed(outer);
    Deadline deadline = Deadline.after(Duration.ofMillis(100), kernel);
    CallContext context = CallContext.current().withDeadline(deadline);

    assertThat(context.call(() -> pipeline.call(() -> {
          Deadline within = CallContext.current().deadline();
          Duration left = within.remaining();
          kernel.advance(200 * MILLI);
          return left;
        })))
        .isEqualTo(Duration.ofMillis(100));
    assertThat(context.call(() -> pipeline.call(() -> "7"))).isEqualTo("7");
    CompletableFuture<String> async =
        context.call(() -> pipeline.callAsync(() -> CompletableFuture.completedFuture("7")));
    assertThat(async).isCompletedWithValue("7");

    assertThat(heard)
        .containsExactly(
            "TIMED_OUT by deadline",
            "SUCCESS",
            "REFUSED by deadline: DEADLINE",
            "SUCCESS",
            "REFUSED by deadline: DEADLINE",
            "SUCCESS");
    assertThat(outer.verdicts).containsExactly(Verdict.CANCELLED); // no evidence, as in force
  }

  @Test
  void ownTimeout_isNotSeenByWhatTheCallCalls() {
    Pipeline pipeline = observed(Timeout.total(Duration.ofSeconds(1)), Timeout.ofMillis(300));

    assertThat(pipeline.call(() -> CallContext.current().deadline() == null)).isTrue();
  }

  @Test
  void fallback_answersWhatDidFail_andNothingElse() throws Exception {
    Pipeline pipeline = observed(Fallback.to("cached"), Timeout.ofMillis(300), outer);

    assertThat(call(pipeline, false, 500, null)).isEqualTo("7");
    assertThat(call(pipeline, false, 1, new Exception("down"))).isEqualTo("cached");
    assertThat(pipeline.callAsync(
            () -> CompletableFuture.failedFuture(new Exception("down")), failure -> "own"))
        .isCompletedWithValue("cached");
    Pipeline without = observed(outer);
    assertThat(without.callAsync(
            () -> CompletableFuture.failedFuture(new Exception("down")), failure -> "own"))
        .isCompletedWithValue("own");
    String own = without.call(
        () -> {
          throw new Exception("down");
        },
        failure -> "own");
    assertThat(own).isEqualTo("own");
  }

  @Test
  void callerWhoGivesUp_isNoTimeout() {
    Pipeline pipeline = observed(outer, Timeout.ofMillis(300));
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> result = pipeline.callAsync(() -> source);
    kernel.advance(500 * MILLI);

    assertThat(result.cancel(true)).isTrue();

    assertThat(source).isCancelled();
    assertThat(outer.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(heard).containsExactly("CANCELLED");
  }

  @Test
  void error_reachesTheCaller_andEachPermitIsSettledOnce() {
    Pipeline pipeline = observed(new StubDriver(2), outer, inner, Timeout.ofMillis(300));
    Error error = new AssertionError("a bug");

    assertThatThrownBy(() -> pipeline.call(() -> {
          kernel.advance(400 * MILLI);
          throw error;
        }))
        .isSameAs(error);

    assertThat(outer.verdicts).containsExactly(Verdict.FAILURE);
    assertThat(inner.verdicts).containsExactly(Verdict.FAILURE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void limitThatWouldHoldTheCallBack_isToldThatItDoesNotWait(boolean async) throws Exception {
    WaitingGateTest.Scripted limit = new WaitingGateTest.Scripted();
    Pipeline pipeline = observed(outer, limit, inner);

    assertThat(call(pipeline, async, 1, null)).isEqualTo("7");
    limit.endAtNanos = kernel.nanoTime() + 100 * MILLI;
    limit.endAnswer = 9;
    assertThat(call(pipeline, async, 1, null)).isEqualTo("7");
    limit.answer = Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    limit.endAtNanos = null;
    assertThat(call(pipeline, async, 1, null)).isEqualTo("7");

    assertThat(limit.withdrawn).isEqualTo(2);
    assertThat(limit.settled).containsExactly("9 REFUSED after 0"); // what was promised goes back
    assertThat(inner.verdicts).containsExactly(Verdict.SUCCESS, Verdict.SUCCESS);
    assertThat(outer.verdicts).containsExactly(Verdict.SUCCESS, Verdict.SUCCESS, Verdict.REFUSED);
    assertThat(heard)
        .containsExactly(
            "WAITED by scripted",
            "SUCCESS",
            "WAITED by scripted",
            "SUCCESS",
            "REFUSED by scripted: CONCURRENCY_LIMIT",
            "SUCCESS");
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void gatesPerKey_decideByKey() {
    PerKey<RecordingGate> perKey = PerKey.of(RecordingGate::new);
    Pipeline pipeline = observed(perKey);
    RecordingGate bad = pipeline.forKey("b").policy(RecordingGate.class).orElseThrow();
    bad.refusal = Refusal.of(RefusalReason.CIRCUIT_OPEN);

    assertThat(pipeline.forKey("a").call(() -> "7")).isEqualTo("7");
    assertThat(pipeline.forKey("b").withoutRepeats().call(() -> "7")).isEqualTo("7");

    assertThat(heard).containsExactly("SUCCESS", "REFUSED by recording: CIRCUIT_OPEN", "SUCCESS");
  }

  @Test
  void faultyGateAndListener_doNotReachTheCall() {
    Gate faulty = new Gate() {
      @Override
      public long admit(CallView call, long nowNanos) {
        throw new AssertionError("a faulty gate");
      }

      @Override
      public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
        throw new AssertionError("a faulty gate");
      }

      @Override
      public String name() {
        return "faulty";
      }
    };
    try (Logs logs = new Logs()) {
      Pipeline pipeline = observed(new StubDriver(2), faulty, inner);
      pipeline.addListener(new PipelineListener() {
        @Override
        public void onWouldHave(
            CallView call, String policy, WouldHave decision, RefusalReason reason) {
          throw new AssertionError("a faulty listener");
        }
      });
      inner.refusal = Refusal.of(RefusalReason.OTHER);

      assertThat(pipeline.call(() -> "7")).isEqualTo("7");

      assertThat(logs.lines()).anyMatch(line -> line.contains("listener.onWouldHave"));
    }
  }

  @Test
  void observing_canBeginAndEndWhileItIsUsed() {
    Pipeline pipeline =
        Pipeline.builder("inventory").kernel(kernel).policies(outer).build();
    outer.refusal = Refusal.of(RefusalReason.CIRCUIT_OPEN);
    List<SettingsChange> changes = new ArrayList<>();
    pipeline.addListener(new PipelineListener() {
      @Override
      public void onSettingsChange(SettingsChange change) {
        changes.add(change);
      }
    });

    assertThat(pipeline.observeOnly(true)).isEqualTo(2);
    assertThat(pipeline.observeOnly(true)).isEqualTo(2);
    assertThat(pipeline.isObserveOnly()).isTrue();
    assertThat(pipeline.forKey("a").isObserveOnly()).isTrue();
    assertThat(pipeline.call(() -> "7")).isEqualTo("7");
    pipeline.update(outer, inner);
    assertThat(pipeline.call(() -> "7")).isEqualTo("7");
    assertThat(pipeline.observeOnly(false)).isEqualTo(4);
    assertThatThrownBy(() -> pipeline.call(() -> "7")).isInstanceOf(CallRefusedException.class);

    assertThat(changes).hasSize(3);
    assertThat(changes.get(0).after()).first().isEqualTo("observe-only");
    assertThat(changes.get(2).before()).first().isEqualTo("observe-only");
    assertThat(changes.get(2).after()).doesNotContain("observe-only");
    pipeline.close();
    assertThatThrownBy(() -> pipeline.observeOnly(true)).hasMessageContaining("closed");
  }

  @Test
  void observing_isSaidLoudly() {
    try (Logs logs = new Logs()) {
      Pipeline pipeline = observed(outer);
      assertThat(pipeline.describe()).startsWith("inventory OBSERVE-ONLY\n");
      assertThat(logs.lines()).anyMatch(line -> line.startsWith("inventory IS OBSERVE-ONLY"));
      pipeline.observeOnly(false);
      assertThat(pipeline.describe()).startsWith("inventory\n");
      assertThat(logs.lines())
          .anyMatch(line -> line.startsWith("inventory is not observe-only any more"));
    }
  }

  @Test
  void interruptFromOutside_isNotTakenForATimeout_andStays() {
    Pipeline pipeline = observed(outer, Timeout.ofMillis(300));
    InterruptedException interrupt = new InterruptedException();

    assertThatThrownBy(() -> pipeline.call(() -> {
          kernel.advance(400 * MILLI);
          throw interrupt;
        }))
        .isSameAs(interrupt);

    assertThat(outer.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(Thread.interrupted()).isFalse(); // the caller sees it by the exception
  }
}
