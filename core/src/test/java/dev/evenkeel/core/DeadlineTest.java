package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {

  private static final long MILLI = 1_000_000;

  private final RecordingGate gate = new RecordingGate();

  private static Deadline in(long millis, Kernel kernel) {
    return Deadline.after(Duration.ofMillis(millis), kernel);
  }

  private Pipeline pipeline(Kernel kernel, Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(CallerThread.currentContext()).as("context").isNull();
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5 * MILLI, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5 * MILLI})
  void nestedDeadlines_onlyShrink_whereverTheClockStarts(long start) {
    ManualKernel kernel = new ManualKernel(start);
    in(10, kernel).run(() -> {
      in(20, kernel).run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ms(10)));
      in(4, kernel).run(() -> {
        assertThat(Deadline.current().remaining()).isEqualTo(ms(4));
        kernel.advance(3 * MILLI);
        assertThat(Deadline.current().remaining()).isEqualTo(ms(1));
        kernel.advance(3 * MILLI);
        assertThat(Deadline.current().remaining()).isEqualTo(Duration.ZERO);
        assertThat(Deadline.current().isExpired()).isTrue();
      });
      assertThat(Deadline.current().remaining()).isEqualTo(ms(4));
    });
    assertThat(Deadline.current()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5 * MILLI, Long.MAX_VALUE - 5 * MILLI})
  void deadlineAroundSeveralCalls_clipsEach_whereverTheClockStarts(long start) {
    ManualKernel kernel = new ManualKernel(start);
    Pipeline pipeline = pipeline(kernel, gate, Timeout.ofMillis(6));
    in(10, kernel).run(() -> {
      pipeline.run(() -> {
        assertThat(Deadline.current().remaining()).isEqualTo(ms(6));
        kernel.advance(5 * MILLI);
      });
      pipeline.run(() -> {
        assertThat(Deadline.current().remaining()).isEqualTo(ms(5));
        kernel.advance(4 * MILLI);
      });
      pipeline.run(() -> {
        assertThat(Deadline.current().remaining()).isEqualTo(ms(1));
        kernel.advance(MILLI - 1);
      });
      kernel.advance(1);
      assertThatThrownBy(() -> pipeline.run(() -> {
            throw new AssertionError("started");
          }))
          .isInstanceOf(DeadlineExceededException.class);
    });
    assertThat(gate.verdicts).hasSize(3).containsOnly(Verdict.SUCCESS);
    assertThat(kernel.armedTimers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5 * MILLI, Long.MAX_VALUE - 5 * MILLI})
  void ownTimeout_isEvidence_andSoIsACallersDeadlineThatLeftAFairChance(long start) {
    ManualKernel kernel = new ManualKernel(start);
    Pipeline pipeline = pipeline(kernel, gate, Timeout.ofMillis(6));
    assertThatThrownBy(() -> pipeline.run(() -> kernel.advance(7 * MILLI)))
        .isInstanceOf(CallTimeoutException.class);
    in(6, kernel)
        .run(() -> assertThatThrownBy(() -> pipeline.run(() -> kernel.advance(7 * MILLI)))
            .as("as long as the timeout")
            .isInstanceOf(CallTimeoutException.class));
    for (long left : new long[] {5, 3, 2}) {
      in(left, kernel)
          .run(() -> assertThatThrownBy(() -> pipeline.run(() -> kernel.advance(7 * MILLI)))
              .as("shorter than the timeout")
              .isInstanceOf(DeadlineExceededException.class));
    }
    assertThat(gate.verdicts)
        .containsExactly(
            Verdict.TIMEOUT, Verdict.TIMEOUT, Verdict.TIMEOUT, Verdict.TIMEOUT, Verdict.CANCELLED);
  }

  @Test
  void totalTimeout_isEvidenceForTheFirstAttemptOnly() {
    ManualKernel kernel = new ManualKernel(0);
    Pipeline pipeline =
        pipeline(kernel, gate, new StubDriver(2), Timeout.total(ms(10)), Timeout.ofMillis(8));
    assertThatThrownBy(() -> pipeline.run(() -> kernel.advance(8 * MILLI)))
        .isInstanceOfSatisfying(
            CallTimeoutException.class,
            timeout -> assertThat(timeout.timeout()).as("the last real outcome").isEqualTo(ms(8)));
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT, Verdict.CANCELLED);
  }

  @Test
  void innerPipelinesExpiredDeadline_isNoEvidenceForTheOuterOne() {
    ManualKernel kernel = new ManualKernel(0);
    Pipeline outer = pipeline(kernel, gate);
    Pipeline inner = pipeline(kernel, Timeout.ofMillis(60_000));
    in(5, kernel)
        .run(() -> assertThatThrownBy(() -> outer.run(() -> {
              kernel.advance(6 * MILLI);
              Thread.interrupted(); // ours, which a manual clock sends while the call runs
              inner.run(() -> {
                throw new AssertionError("started");
              });
            }))
            .isInstanceOf(DeadlineExceededException.class));
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void deadlineOnAnotherClock_isCarriedOverByWhatRemains() {
    ManualKernel kernel = new ManualKernel(-7);
    ManualKernel other = new ManualKernel(Long.MAX_VALUE);
    in(10, kernel).run(() -> {
      pipeline(other).run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ms(10)));
      in(3, other).run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ms(3)));
      in(30, other).run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ms(10)));
    });
  }

  @Test
  void badTimes_areRefused() {
    assertThatThrownBy(() -> Deadline.after(null)).hasMessage("timeLeft: null (expected: a value)");
    assertThatThrownBy(() -> Deadline.after(ms(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeLeft: -1 ms (expected: zero to 36500 days)");
    assertThatThrownBy(() -> Deadline.after(ms(1), null))
        .hasMessage("kernel: null (expected: a value)");
    assertThatThrownBy(() -> Deadline.after(ms(1)).run(null))
        .hasMessage("code: null (expected: a value)");
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }
}
