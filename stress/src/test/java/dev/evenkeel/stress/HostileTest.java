package dev.evenkeel.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A few seconds of {@code stress/hostile}: how late the victim is depends on the machine, the rest
 * must hold.
 */
class HostileTest {

  static List<ThreadFactory> threads() {
    return Hostile.kindsOfThread();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void hostileCalls_leaveNothingBehind_andTheVictimsTimeoutIsKept(ThreadFactory threads)
      throws InterruptedException {
    Hostile.Figures figures = Hostile.run(threads, Duration.ofSeconds(3));
    assertThat(figures.calls()).isPositive();
    assertThat(figures.victim().calls()).as("calls of the victim that ended").isPositive();
    assertThat(figures.permits()).as("permits").isZero();
    assertThat(figures.timers()).as("timers").isZero();
    assertThat(figures.hanging()).as("futures").isZero();
    assertThat(figures.strayInterrupts()).as("stray interrupts").isZero();
    assertThat(figures.lostInterrupts()).as("lost interrupts").isZero();
  }
}
