package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users' gates, fallbacks, predicates and listeners that throw, in both worlds. */
class FaultsTest {

  private final RecordingGate outer = new RecordingGate();
  private final RecordingGate inner = new RecordingGate();
  private final Logs logs = new Logs();

  /** Throws where it is told to, an exception or an error. */
  private static final class FaultyGate implements Gate {
    private final String place;
    private final Error fault = new AssertionError("a faulty gate");

    FaultyGate(String place) {
      this.place = place;
    }

    private void at(String here) {
      if (place.equals(here)) {
        throw fault;
      }
      if (place.equals(here + "-exception")) {
        throw new IllegalStateException("a faulty gate");
      }
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      at("admit");
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      at("settle");
    }

    @Override
    public boolean allowsRetry(CallView call, long permit) {
      at("allowsRetry");
      return true;
    }

    @Override
    public String name() {
      return "faulty";
    }
  }

  private static String call(Pipeline pipeline) {
    return pipeline.call(() -> "ok");
  }

  private static String callLater(Pipeline pipeline) {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> result = pipeline.callAsync(() -> source);
    source.complete("ok");
    return result.getNow("never completed");
  }

  @AfterEach
  void everyPermitIsSettled() {
    logs.close();
    assertThat(outer.verdicts).hasSize(outer.admitted.get());
    assertThat(inner.verdicts).hasSize(inner.admitted.get());
  }

  private void outcomeStands(String place, String logged) {
    Pipeline pipeline = Pipeline.inOrder("p", outer, new FaultyGate(place), inner);
    assertThat(call(pipeline)).isEqualTo("ok");
    assertThat(callLater(pipeline)).isEqualTo("ok");
    assertThat(call(pipeline)).isEqualTo("ok");
    assertThat(outer.verdicts).hasSize(3).containsOnly(Verdict.SUCCESS);
    assertThat(inner.verdicts).hasSize(3).containsOnly(Verdict.SUCCESS);
    assertThat(logs.lines()).containsExactly(logged);
  }

  @Test
  void admitThatThrowsAnException_isLoggedOnceAndTheGateLeftOut() {
    outcomeStands(
        "admit-exception",
        "pipeline 'p': faulty.admit threw; the call goes on without this gate (logged once)");
  }

  @Test
  void admitThatThrowsAnError_isLoggedOnceAndTheGateLeftOut() {
    outcomeStands(
        "admit",
        "pipeline 'p': faulty.admit threw; the call goes on without this gate (logged once)");
  }

  @Test
  void settleThatThrowsAnException_isLoggedOnceAndTheOutcomeStands() {
    outcomeStands(
        "settle-exception",
        "pipeline 'p': faulty.settle threw; the call's own outcome stands (logged once)");
  }

  @Test
  void settleThatThrowsAnError_isLoggedOnceAndTheOutcomeStands() {
    outcomeStands(
        "settle", "pipeline 'p': faulty.settle threw; the call's own outcome stands (logged once)");
  }

  @Test
  void allowsRetryThatThrows_isLoggedOnceAndMeansNo() {
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(new ManualKernel(0))
        .policies(outer, new FaultyGate("allowsRetry"), new StubDriver(3))
        .build();
    IOException down = new IOException("down");
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw down;
        }))
        .isSameAs(down);
    assertThat(pipeline.callAsync(() -> CompletableFuture.failedFuture(down)))
        .isCompletedExceptionally();
    assertThat(outer.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
    assertThat(logs.lines())
        .filteredOn(line -> line.contains("faulty"))
        .containsExactly(
            "pipeline 'p': faulty.allowsRetry threw; no further attempt is made (logged once)");
  }

  @Test
  void driverThatThrows_isLoggedOnceAndTheOutcomeStands() {
    StubDriver driver = new StubDriver(3);
    driver.faulty = true;
    Pipeline pipeline = Pipeline.of("p", driver, outer);
    assertThat(call(pipeline)).isEqualTo("ok");
    assertThat(callLater(pipeline)).isEqualTo("ok");
    assertThat(logs.lines())
        .filteredOn(line -> line.contains("threw"))
        .containsExactly(
            "pipeline 'p': stub-retry threw; no further attempt is made (logged once)");
  }

  @Test
  void fallbacksConditionThatThrows_countsAsNo() {
    Pipeline pipeline = Pipeline.of("p", Fallback.to("other").when(failure -> {
      throw new AssertionError("a faulty predicate");
    }));
    IOException down = new IOException("down");
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw down;
        }))
        .isSameAs(down);
    assertThat(logs.lines()).hasSize(1);
  }

  @Test
  void listenerThatThrows_isLoggedOnceForEachEventAndTheCallUnaffected() {
    PipelineListener faulty = new PipelineListener() {
      @Override
      public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
        throw new AssertionError("a faulty listener");
      }

      @Override
      public void onRefused(CallView call, String policy, RefusalReason reason) {
        throw new IllegalStateException("a faulty listener");
      }
    };
    Pipeline pipeline = Pipeline.builder("p").listener(faulty).policies(outer).build();
    assertThat(call(pipeline)).isEqualTo("ok");
    assertThat(callLater(pipeline)).isEqualTo("ok");
    outer.refusal = Refusal.of(RefusalReason.OTHER);
    assertThatThrownBy(() -> call(pipeline)).isInstanceOf(CallRefusedException.class);
    assertThat(logs.lines())
        .containsExactly(
            "pipeline 'p': listener.onCallEnd threw; the call goes on (logged once)",
            "pipeline 'p': listener.onRefused threw; the call goes on (logged once)");
  }
}
