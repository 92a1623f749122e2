package dev.evenkeel.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** {@code -Devenkeel.virtual.threads=100000} for more. */
class VirtualThreadsTest {

  private static final int THREADS = Integer.getInteger("evenkeel.virtual.threads", 10_000);

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads")
  void manyVirtualThreadsThroughOnePipeline_pinNoCarrier_andLeaveNothing() throws Exception {
    assertThat(VirtualThreads.pinnedByControl()).as("the control").isNotEmpty();
    // A thread that waits until a class is loaded pins its carrier, whoever's class it is: not ours
    // to measure.
    VirtualThreads.run(1_000, Duration.ZERO);
    VirtualThreads.Figures figures = VirtualThreads.run(THREADS, Duration.ofMillis(5));
    System.out.println(figures);
    assertThat(figures.pinned()).as("pinned").isEmpty();
    assertThat(figures.left()).as("permits left").isZero();
    assertThat(figures.timedOut()).as("calls that hang").isEqualTo(THREADS / 1_000);
    assertThat(figures.answered() + figures.timedOut()).isEqualTo(THREADS);
  }
}
