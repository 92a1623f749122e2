package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ListenerTest {

  private static final long MILLI = 1_000_000;

  private final ManualKernel kernel = new ManualKernel(0);
  private final List<String> heard = new ArrayList<>();
  private final RecordingGate gate = new RecordingGate();

  private final PipelineListener listener = new PipelineListener() {
    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      heard.add("end " + verdict + " of attempt " + call.attempt() + " after "
          + durationNanos / MILLI + " ms: " + call.result());
    }

    @Override
    public void onRefused(CallView call, String policy, RefusalReason reason) {
      heard.add("refused by " + policy + ": " + reason);
    }

    @Override
    public void onRetry(CallView call, long waitNanos) {
      heard.add("retry of attempt " + call.attempt() + " in " + waitNanos / MILLI + " ms after "
          + call.failure());
    }

    @Override
    public void onFallback(CallView call, Throwable failure) {
      heard.add("fallback for " + failure.getMessage());
    }

    @Override
    public void onStateChange(StateChange change) {
      heard.add(change.key() + ": " + change.from() + " -> " + change.to());
    }
  };

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p")
        .kernel(kernel)
        .listener(listener)
        .policies(policies)
        .build();
  }

  @Test
  void retriedCall_isHeardOfOnceForEachRetry_andOnceAtItsEnd() {
    Pipeline pipeline = pipeline(new StubDriver(3));
    assertThat(pipeline.<String, RuntimeException>call(() -> {
          kernel.advance(2 * MILLI);
          if (CallContext.current().attempt() < 3) {
            throw new IllegalStateException("down");
          }
          return "up";
        }))
        .isEqualTo("up");
    assertThat(heard)
        .containsExactly(
            "retry of attempt 1 in 1 ms after java.lang.IllegalStateException: down",
            "retry of attempt 2 in 1 ms after java.lang.IllegalStateException: down",
            "end SUCCESS of attempt 3 after 8 ms: up");
  }

  @Test
  void asynchronousCall_isHeardOfAsABlockingOne() {
    Pipeline pipeline = pipeline(new StubDriver(2), Fallback.to("instead"));
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> call = pipeline.callAsync(() -> source);
    kernel.advance(5 * MILLI);
    source.completeExceptionally(new IllegalStateException("down"));
    kernel.advance(MILLI);
    assertThat(call).isCompletedWithValue("instead");
    assertThat(heard)
        .containsExactly(
            "retry of attempt 1 in 1 ms after java.lang.IllegalStateException: down",
            "fallback for down",
            "end SUCCESS of attempt 2 after 6 ms: instead");
  }

  @Test
  void refusedCall_isHeardOf_withTheGateAndTheReason() {
    gate.refusal = Refusal.of(RefusalReason.RATE_LIMIT);
    assertThatThrownBy(() -> pipeline(gate).run(() -> {})).isInstanceOf(CallRefusedException.class);
    assertThat(heard)
        .containsExactly(
            "refused by recording: RATE_LIMIT", "end REFUSED of attempt 1 after 0 ms: null");
  }

  @Test
  void plainMinusOne_isARefusalWithoutAReasonOfOurs() {
    gate.refusal = -1;
    assertThatThrownBy(() -> pipeline(gate).run(() -> {}))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.OTHER));
  }

  @Test
  void stateChange_isHeardOf_withTheKeyOfItsGate() {
    PerKey<Stateful> gates = PerKey.of(Stateful::new);
    gates.gate("before");
    Pipeline pipeline = pipeline(gates);
    pipeline.forKey("shard-7").run(() -> {});
    pipeline.forKey("before").run(() -> {});
    pipeline.run(() -> {});
    assertThat(heard)
        .contains(
            "shard-7: CLOSED -> DISABLED",
            "before: CLOSED -> DISABLED",
            "null: CLOSED -> DISABLED");
  }

  @Test
  void fallbackOutsideOfAllElse_answersForACallWhoseTimeIsOver() {
    Pipeline pipeline = pipeline(Fallback.to("instead"), gate, Timeout.ofMillis(5));
    Deadline over = Deadline.after(java.time.Duration.ZERO, kernel);
    assertThat(over.<String, RuntimeException>call(() -> pipeline.call(() -> "never")))
        .isEqualTo("instead");
    assertThat(over.call(() -> pipeline.<String>callAsync(CompletableFuture::new)))
        .isCompletedWithValue("instead");
    assertThat(gate.admitted).hasValue(0);
  }

  /** Says that it was switched off by each call. */
  private static final class Stateful implements Gate {

    private Attachment attachment;

    @Override
    public void attach(Attachment newAttachment) {
      attachment = newAttachment;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      attachment.stateChanged(new StateChange(
          attachment.pipelineName(),
          name(),
          attachment.key(),
          GateState.CLOSED,
          GateState.DISABLED,
          "a test",
          nowNanos));
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "stateful";
    }
  }
}
