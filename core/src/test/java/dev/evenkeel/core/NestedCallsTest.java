package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls within calls on one thread, which share its interrupt flag and its frames. */
class NestedCallsTest {

  private static final long MILLI = 1_000_000;

  private final ManualKernel kernel = new ManualKernel(0);
  private final SystemKernel real = new SystemKernel("nested-test");

  private Pipeline pipeline(Kernel on, long millis) {
    return Pipeline.builder("p" + millis)
        .kernel(on)
        .policies(Timeout.ofMillis(millis))
        .build();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(Thread.interrupted()).as("a stray interrupt").isFalse();
    assertThat(kernel.armedTimers()).as("timers").isZero();
    Hostile.await("timers", () -> real.armedTimers() == 0);
    real.close();
  }

  @Test
  void innerCallThatOverrunsBothTimes_leavesTheOuterInterruptForTheOuterCall() {
    Pipeline outer = pipeline(kernel, 20);
    Pipeline inner = pipeline(kernel, 10);
    assertThatThrownBy(() -> outer.run(() -> {
          assertThatThrownBy(() -> inner.run(() -> kernel.advance(30 * MILLI)))
              .isInstanceOf(CallTimeoutException.class);
          assertThat(Thread.currentThread().isInterrupted()).as("the outer's").isTrue();
        }))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("p20");
  }

  @Test
  void innerCallThatOverrunsItsOwnTimeOnly_leavesTheOuterCallItsRest() {
    Pipeline outer = pipeline(kernel, 20);
    Pipeline inner = pipeline(kernel, 10);
    outer.run(() -> {
      assertThatThrownBy(() -> inner.run(() -> kernel.advance(15 * MILLI)))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    });
    assertThatThrownBy(() -> outer.run(() -> {
          inner.run(() -> {});
          kernel.advance(20 * MILLI);
        }))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void outerCallOnTheRealClock_isInterruptedAfterAnInnerOneThatTookAllItsTime() {
    Pipeline outer = pipeline(real, 30);
    Pipeline inner = pipeline(real, 15);
    CountDownLatch never = new CountDownLatch(1);
    assertThatThrownBy(() -> outer.run(() -> {
          long end = System.nanoTime() + 5_000 * MILLI;
          assertThatThrownBy(() -> inner.run(() -> {
                while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
                  Thread.onSpinWait();
                }
              }))
              .isInstanceOf(PipelineException.class); // by the outer deadline on a slow machine
          never.await(60, TimeUnit.SECONDS);
        }))
        .isInstanceOf(CallTimeoutException.class)
        .cause()
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void innerCallOnAnotherClock_givesTheOuterAlarmBack() {
    Pipeline outer = pipeline(real, 30);
    CountDownLatch never = new CountDownLatch(1);
    Pipeline manual = pipeline(kernel, 5);
    assertThatThrownBy(() -> outer.run(() -> {
          assertThatThrownBy(() -> manual.run(() -> kernel.advance(6 * MILLI)))
              .isInstanceOf(PipelineException.class); // by the outer deadline on a slow machine
          never.await(60, TimeUnit.SECONDS);
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThatThrownBy(() -> pipeline(kernel, 50).run(() -> {
          pipeline(real, 60_000).run(() -> kernel.advance(51 * MILLI));
        }))
        .isInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("p50");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 20})
  void eachDepth_hasItsOwnOutcome(int depth) throws Exception {
    Pipeline pipeline = pipeline(kernel, 1_000);
    for (int round = 0; round < 3; round++) {
      assertThat(nested(pipeline, depth)).isEqualTo(depth);
    }
  }

  private static int nested(Pipeline pipeline, int depth) {
    return depth == 0 ? 0 : pipeline.call(() -> nested(pipeline, depth - 1) + 1);
  }

  @Test
  void pipelineWithManyLayers_findsRoomInAFrameThatHadFew() {
    Pipeline few = pipeline(kernel, 5);
    Policy[] many = new Policy[30];
    for (int i = 0; i < many.length; i++) {
      many[i] = ConcurrencyLimit.of(i + 1);
    }
    Pipeline deep =
        Pipeline.builder("deep").kernel(kernel).policiesInOrder(many).build();
    assertThat(few.<String, RuntimeException>call(() -> deep.call(() -> "through")))
        .isEqualTo("through");
  }

  @Test
  void callersDeadline_crossesFromOneClockToAnother() {
    Pipeline inner = Pipeline.builder("inner").kernel(kernel).build();
    Pipeline outer = Pipeline.builder("outer")
        .kernel(new ManualKernel(-7_000 * MILLI))
        .policies(Timeout.ofMillis(40))
        .build();
    outer.run(() -> inner.run(
        () -> assertThat(Deadline.current().remaining()).isEqualTo(Duration.ofMillis(40))));
  }
}
