package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeoutTest {

  private final SystemKernel kernel = new SystemKernel("timeout-test");
  private final RecordingGate gate = new RecordingGate();
  private final CountDownLatch never = new CountDownLatch(1);

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("slow").kernel(kernel).policies(policies).build();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
    // What tells an attempt that was left behind is another thread, with a timer for its hooks.
    Hostile.await("timers", () -> kernel.armedTimers() == 0);
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
    kernel.close();
  }

  @Test
  void blockedCall_endsOnTimeWithTheInterruptAsItsCause() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(20));
    assertThatThrownBy(() -> pipeline.run(never::await))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("slow")
        .hasMessageContaining("20 ms")
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void callThatWrapsTheInterruptAndSetsTheFlagAgain_leavesNoInterruptBehind() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(20));
    assertThatThrownBy(() -> pipeline.run(() -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("wrapped", e);
          }
        }))
        .isInstanceOf(CallTimeoutException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void callThatIgnoresInterrupts_isATimeoutWhenItReturns() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(5));
    assertThatThrownBy(() -> pipeline.run(() -> {
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
        }))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void interruptFromOutside_isKeptAndIsNoEvidence() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(60_000));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipeline.run(never::await)).isInstanceOf(InterruptedException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    Thread.currentThread().interrupt();
    assertThat(pipeline.<String, RuntimeException>call(() -> "quick")).isEqualTo("quick");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void detachedCall_isLeftBehindOnTimeEvenIfItIgnoresInterrupts() {
    ExecutorService executor = Executors.newCachedThreadPool();
    CountDownLatch release = new CountDownLatch(1);
    try {
      Pipeline pipeline =
          pipeline(gate, Timeout.detached(Duration.ofMillis(300), Hostile.thatBegins(executor)));
      assertThatThrownBy(() -> pipeline.run(() -> {
            while (release.getCount() > 0) {
              Thread.onSpinWait();
            }
          }))
          .isInstanceOf(CallTimeoutException.class);
      Pipeline patient = pipeline(gate, Timeout.detached(Duration.ofMinutes(1), executor));
      assertThat(patient.<String, RuntimeException>call(() -> "quick")).isEqualTo("quick");
    } finally {
      release.countDown();
      executor.shutdown();
    }
  }

  @Test
  void detachedCall_keepsItsOwnFailure() {
    Pipeline pipeline = pipeline(gate, Timeout.detached(Duration.ofMinutes(1), Runnable::run));
    CancellationException own = new CancellationException("the call's own");
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw own;
        }))
        .isSameAs(own);
  }

  @Test
  void detachedCall_isRefusedWhenTheExecutorRejectsIt() {
    Pipeline pipeline = pipeline(gate, Timeout.detached(Duration.ofMillis(20), task -> {
      throw new RejectedExecutionException("full");
    }));
    assertThatThrownBy(() -> pipeline.run(() -> {}))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.EXECUTOR_REJECTED));
    assertThat(gate.verdicts).containsExactly(Verdict.REFUSED);
  }

  @Test
  void cooperativeTimeout_onlySetsTheDeadline() {
    Pipeline pipeline = pipeline(gate, Timeout.cooperative(Duration.ofSeconds(1)));
    Duration left = pipeline.<Duration, RuntimeException>call(() -> {
      assertThat(kernel.armedTimers()).isZero();
      return Deadline.current().remaining();
    });
    assertThat(left).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
    assertThat(Deadline.current()).isNull();
  }

  @Test
  void callersDeadline_clipsTheCallAndIsNoEvidence() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(60_000));
    Throwable failure =
        catchThrowable(() -> Deadline.after(Duration.ofMillis(20)).run(() -> {
          pipeline.run(never::await);
        }));
    assertThat(failure).isInstanceOf(DeadlineExceededException.class);
    assertThat(((DeadlineExceededException) failure).wasStarted()).isTrue();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void expiredDeadline_refusesBeforeAnythingIsSent() {
    Pipeline pipeline = pipeline(gate);
    assertThatThrownBy(() -> Deadline.after(Duration.ZERO)
            .run(() -> pipeline.run(() -> {
              throw new AssertionError("sent");
            })))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            exceeded -> assertThat(exceeded.wasStarted()).isFalse());
    assertThat(gate.admitted).hasValue(0);
  }

  @Test
  void error_winsOverTheTimeout() {
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(5));
    assertThatThrownBy(() -> pipeline.run(() -> {
          try {
            never.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException e) {
            throw new StackOverflowError();
          }
        }))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void badTimes_areRefusedWithFieldAndExpectation() {
    assertThatThrownBy(() -> Timeout.ofMillis(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeout: 0 ms (expected: at least 1 ms");
    assertThatThrownBy(() -> Timeout.of(Duration.ofMillis(-1)))
        .hasMessageContaining("timeout: -1 ms (expected: more than zero");
    assertThatThrownBy(() -> Timeout.of(Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Timeout.of(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("timeout: null (expected: a value)");
  }
}
