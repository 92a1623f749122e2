package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The view of a pipeline for calls that must not be made twice. */
class WithoutRepeatsTest {

  private final ManualKernel kernel = new ManualKernel(0);
  private final RecordingGate gate = new RecordingGate();
  private final List<String> heard = new ArrayList<>();
  private final Pipeline pipeline = Pipeline.builder("inventory")
      .kernel(kernel)
      .policies(Timeout.ofMillis(300), new StubDriver(3), gate)
      .listener(new PipelineListener() {
        @Override
        public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
          heard.add(verdict + " in attempt " + call.attempt());
        }
      })
      .build();
  private final AtomicInteger calls = new AtomicInteger();

  private String fail() {
    calls.incrementAndGet();
    throw new IllegalStateException("down");
  }

  @Test
  void call_isMadeOnce_andSeenByTheSameGatesAndListeners() {
    Pipeline once = pipeline.withoutRepeats();

    assertThatThrownBy(() -> once.call(this::fail)).hasMessage("down");
    assertThat(once.callAsync(() -> CompletableFuture.supplyAsync(this::fail, Runnable::run)))
        .isCompletedExceptionally();

    assertThat(calls).hasValue(2);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
    assertThat(heard).containsExactly("FAILURE in attempt 1", "FAILURE in attempt 1");
    assertThat(once.policies()).extracting(Policy::name).containsExactly("recording", "timeout");
    assertThat(once.describe()).doesNotContain("stub-retry");
  }

  @Test
  void view_hasTheKey_andLaterSettings() {
    Pipeline once = pipeline.forKey("a").withoutRepeats();
    assertThat(once.key()).isEqualTo("a");
    assertThat(once.forKey("b").key()).isEqualTo("b");

    RecordingGate more = new RecordingGate();
    pipeline.update(new StubDriver(2), Timeout.ofMillis(100), gate, more);

    assertThatThrownBy(() -> once.forKey("b").call(this::fail)).hasMessage("down");
    assertThat(calls).hasValue(1);
    assertThat(more.verdicts).containsExactly(Verdict.FAILURE);
    assertThat(once.version()).isEqualTo(2);
  }

  @Test
  void pipelineWithoutRepeats_staysAsItIs() {
    Pipeline plain = Pipeline.of("inventory", gate);
    assertThat(plain.withoutRepeats().plan()).isSameAs(plain.plan());
    assertThat(plain.withoutRepeats().withoutRepeats().call(() -> "7")).isEqualTo("7");
  }

  @Test
  void closingTheView_doesNothing() {
    pipeline.withoutRepeats().close();
    assertThat(pipeline.isClosed()).isFalse();
  }
}
