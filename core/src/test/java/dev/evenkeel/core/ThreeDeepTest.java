package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pipelines three deep around a call that hangs: it is a timeout for the pipeline whose time it was
 * and only for it; for those inside it is their caller's business, and for those around it a
 * failure of what they called.
 */
class ThreeDeepTest {

  private static final long MILLI = 1_000_000;
  private static final int THREADS = 64;

  /**
   * So far apart that no time is a fair chance for the next longer one, however busy the machine.
   */
  private static final long[] SIZES = {50, 20_000, 400_000};

  private final SystemKernel kernel = new SystemKernel("three-deep");
  private final long begin = kernel.nanoTime();
  private final List<RecordingGate> gates =
      List.of(new RecordingGate(), new RecordingGate(), new RecordingGate());

  /** Every order of the three sizes, outermost first. */
  static Stream<Arguments> orders() {
    return IntStream.range(0, 27)
        .mapToObj(i -> new int[] {i / 9, i / 3 % 3, i % 3})
        .filter(order -> IntStream.of(order).distinct().count() == 3)
        .map(order -> Arguments.of(SIZES[order[0]], SIZES[order[1]], SIZES[order[2]]));
  }

  private List<Pipeline> pipelines(Kernel on, long... millis) {
    List<Pipeline> pipelines = new ArrayList<>();
    for (int level = 0; level < 3; level++) {
      pipelines.add(Pipeline.builder("p" + millis[level])
          .kernel(on)
          .policies(gates.get(level), Timeout.ofMillis(millis[level]))
          .build());
    }
    return pipelines;
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    Hostile.await("timers", () -> kernel.armedTimers() == 0);
    kernel.close();
  }

  @ParameterizedTest
  @MethodSource("orders")
  void blocking_on64Threads(long outer, long middle, long inner) throws InterruptedException {
    List<Pipeline> deep = pipelines(kernel, outer, middle, inner);
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(Hostile.start(() -> {
        Throwable failure = catchThrowable(() ->
            deep.get(0).run(() -> deep.get(1).run(() -> deep.get(2).run(Hostile::hang))));
        boolean stray = Thread.interrupted();
        synchronized (failures) {
          failures.add(stray ? new AssertionError("a stray interrupt", failure) : failure);
        }
      }));
    }
    for (Thread thread : threads) {
      Hostile.join(thread);
    }
    assertThat(failures).hasSize(THREADS).allMatch(CallTimeoutException.class::isInstance);
    assertThatTheHangIsEvidenceForItsPipelineOnly(outer, middle, inner);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void asynchronous_64AtATime(long outer, long middle, long inner) {
    List<Pipeline> deep = pipelines(kernel, outer, middle, inner);
    List<CompletableFuture<Object>> calls = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      calls.add(deep.get(0)
          .callAsync(
              () -> deep.get(1).callAsync(() -> deep.get(2).callAsync(CompletableFuture::new))));
    }
    for (CompletableFuture<Object> call : calls) {
      assertThat(Hostile.failureOf(call)).isInstanceOf(CallTimeoutException.class);
    }
    Hostile.await(
        "all are settled",
        () -> gates.stream().allMatch(gate -> gate.verdicts.size() == gate.admitted.get()));
    assertThatTheHangIsEvidenceForItsPipelineOnly(outer, middle, inner);
  }

  private void assertThatTheHangIsEvidenceForItsPipelineOnly(long... millis) {
    int whose = 0;
    while (millis[whose] != SIZES[0]) {
      whose++;
    }
    boolean stoodStill = Hostile.stoodStill(kernel, begin); // then it is none for anybody
    for (int level = 0; level < 3; level++) {
      Verdict expected =
          level < whose ? Verdict.FAILURE : level == whose ? Verdict.TIMEOUT : Verdict.CANCELLED;
      assertThat(gates.get(level).verdicts)
          .as("%d deep of %s, whose time was that of %d", level, Arrays.toString(millis), whose)
          .hasSizeLessThanOrEqualTo(THREADS) // a time may be over before those inside are asked
          .hasSizeGreaterThanOrEqualTo(level == 0 ? THREADS : 1)
          .allMatch(verdict -> verdict == expected || (stoodStill && verdict == Verdict.CANCELLED));
    }
  }

  static Stream<Arguments> allSizes() {
    long[] millis = {100, 150, 400};
    return IntStream.range(0, 27)
        .mapToObj(i -> Arguments.of(millis[i / 9], millis[i / 3 % 3], millis[i % 3]));
  }

  /** On a clock by hand every combination is exact, that of a call which hears no interrupt too. */
  @ParameterizedTest
  @MethodSource("allSizes")
  void eachIsToldWhatItsOwnTimeSays(long outer, long middle, long inner) {
    for (boolean deaf : new boolean[] {false, true}) {
      gates.forEach(gate -> gate.verdicts.clear());
      ManualKernel clock = new ManualKernel(0);
      List<Pipeline> deep = pipelines(clock, outer, middle, inner);
      long least = Math.min(outer, Math.min(middle, inner));
      assertThat(catchThrowable(() -> deep.get(0)
              .run(() -> deep.get(1)
                  .run(() -> deep.get(2).run(() -> {
                    if (deaf) {
                      clock.advance(5_000 * MILLI);
                    } else {
                      clock.sleepUntil(5_000 * MILLI);
                    }
                  })))))
          .isInstanceOf(CallTimeoutException.class);
      long[] millis = {outer, middle, inner};
      for (int level = 0; level < 3; level++) {
        assertThat(gates.get(level).verdicts)
            .as("%d deep of %d, %d, %d, deaf: %s", level, outer, middle, inner, deaf)
            .containsExactly(expected(millis, level, least, deaf));
      }
      assertThat(clock.armedTimers()).isZero();
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  /**
   * A call that comes back only when all times are over is a timeout for everybody around it whose
   * time that was; one that ends in time is a failure for those who have time left. A time is that
   * of the innermost pipeline that has none shorter around it; who has more had a fair chance with
   * half of it.
   */
  private static Verdict expected(long[] millis, int level, long least, boolean deaf) {
    long inForce = Long.MAX_VALUE;
    for (int at = 0; at <= level; at++) {
      inForce = Math.min(inForce, millis[at]);
    }
    if (!deaf && inForce > least) {
      return Verdict.FAILURE;
    }
    return 2 * inForce >= millis[level] ? Verdict.TIMEOUT : Verdict.CANCELLED;
  }
}
