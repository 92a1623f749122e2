package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each attempt gets its part of the time. */
class SplitDeadlineTest {

  private static final long MILLI = 1_000_000;

  private final ManualKernel kernel = new ManualKernel(Long.MAX_VALUE - 100 * MILLI);
  private final long begin = kernel.nanoTime();
  private final RecordingGate gate = new RecordingGate();
  private final StubDriver retry = new StubDriver(3, true);
  private final List<Long> shares = new ArrayList<>();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("split").kernel(kernel).policies(policies).build();
  }

  private String sleep(long millis) throws InterruptedException {
    shares.add(Deadline.current().remaining().toMillis());
    kernel.sleepUntil(kernel.nanoTime() + millis * MILLI);
    return "attempt " + CallContext.current().attempt();
  }

  private long elapsedMillis() {
    return (kernel.nanoTime() - begin) / MILLI;
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
  }

  @Test
  void attemptThatHangs_leavesTimeForTheNext() throws Exception {
    Pipeline pipeline = pipeline(retry, gate, Timeout.total(Duration.ofMillis(300)));
    assertThat(pipeline.call(() -> sleep(CallContext.current().attempt() == 3 ? 90 : 1_000)))
        .isEqualTo("attempt 3");
    assertThat(shares).as("with 1 ms between them").containsExactly(100L, 99L, 98L);
    assertThat(gate.verdicts)
        .as("later ones had less than the dependency may take")
        .containsExactly(Verdict.TIMEOUT, Verdict.CANCELLED, Verdict.SUCCESS);
  }

  @Test
  void callersDeadline_isSplitToo_andIsNoEvidence() throws Exception {
    Pipeline pipeline = pipeline(retry, gate);
    String result = Deadline.after(Duration.ofMillis(90), kernel)
        .call(() -> pipeline.call(() -> sleep(CallContext.current().attempt() == 2 ? 10 : 1_000)));
    assertThat(result).isEqualTo("attempt 2");
    assertThat(shares).containsExactly(30L, 29L);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED, Verdict.SUCCESS);
  }

  @Test
  void quickFailures_leaveTheirTimeToTheLast() {
    Pipeline pipeline = pipeline(retry, Timeout.total(Duration.ofMillis(300)));
    assertThatThrownBy(() -> pipeline.run(() -> {
          if (CallContext.current().attempt() < 3) {
            shares.add(Deadline.current().remaining().toMillis());
            throw new IOException("down");
          }
          sleep(1_000);
        }))
        .hasMessage("down");
    assertThat(shares).containsExactly(100L, 149L, 298L);
    assertThat(elapsedMillis()).isEqualTo(300);
  }

  @Test
  void shorterTimeoutOfTheAttempt_wins() {
    Pipeline pipeline =
        pipeline(retry, gate, Timeout.ofMillis(20), Timeout.total(Duration.ofMillis(300)));
    assertThatThrownBy(() -> pipeline.run(() -> sleep(1_000)))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("timeout")
        .hasMessageContaining("20 ms");
    assertThat(shares).containsExactly(20L, 20L, 20L);
    assertThat(gate.verdicts).containsOnly(Verdict.TIMEOUT);
  }

  @Test
  void attemptCutToItsShare_saysSo() {
    Pipeline pipeline = pipeline(retry, Timeout.total(Duration.ofMillis(300)));
    assertThatThrownBy(() -> pipeline.run(() -> sleep(1_000)))
        .satisfies(last -> {
          Throwable cut = last.getSuppressed().length > 0 ? last.getSuppressed()[0] : last;
          assertThat(List.of(last, cut)).hasOnlyElementsOfType(CallTimeoutException.class);
        })
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("retry");
    assertThat(elapsedMillis()).isEqualTo(300);
  }

  @Test
  void noDeadline_meansNoShare() throws Exception {
    assertThat(pipeline(retry).<String, Exception>call(() -> {
          assertThat(Deadline.current()).isNull();
          return "free";
        }))
        .isEqualTo("free");
  }

  @Test
  void asynchronousAttemptThatHangs_leavesTimeForTheNext() {
    List<CompletableFuture<String>> sources = new ArrayList<>();
    CompletableFuture<String> result = pipeline(retry, gate, Timeout.total(Duration.ofMillis(300)))
        .callAsync(() -> {
          shares.add(Deadline.current().remaining().toMillis());
          CompletableFuture<String> source = new CompletableFuture<>();
          sources.add(source);
          return source;
        });
    kernel.advance(101 * MILLI);
    assertThat(sources).hasSize(2);
    assertThat(sources.get(0)).isCancelled();
    sources.get(1).complete("second");
    assertThat(result).isCompletedWithValue("second");
    assertThat(shares).containsExactly(100L, 99L);
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT, Verdict.SUCCESS);
  }

  @Test
  void hedgeOfAnAttempt_staysWithinItsShare() {
    StubHedge hedge = new StubHedge(40 * MILLI, 1);
    CompletableFuture<String> result = pipeline(
            retry, hedge, gate, Timeout.total(Duration.ofMillis(300)))
        .callAsync(() -> {
          shares.add(Deadline.current().remaining().toMillis());
          return new CompletableFuture<>();
        });
    kernel.advance(300 * MILLI - 1);
    assertThat(result).isNotDone();
    kernel.advance(1);
    assertThat(result).isCompletedExceptionally();
    assertThat(shares).containsExactly(100L, 60L, 99L, 59L, 98L, 58L);
  }

  @Test
  void splitDeadline_needsNoTimeoutForEachAttempt() {
    assertThat(pipeline(retry, Timeout.total(Duration.ofMillis(100))).warnings())
        .isEmpty();
    assertThat(pipeline(retry).warnings()).hasSize(1);
  }
}
