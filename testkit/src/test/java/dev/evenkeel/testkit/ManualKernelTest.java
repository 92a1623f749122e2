package dev.evenkeel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Standstill;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualKernelTest {

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 5);
  private final List<Long> fired = new ArrayList<>();
  private final long start = kernel.nanoTime();

  private void fireAfter(long nanos) {
    kernel.schedule(start + nanos, () -> fired.add(kernel.nanoTime() - start));
  }

  @Test
  void advance_firesEachTimerAtItsOwnTime() {
    fireAfter(3);
    fireAfter(12);
    kernel.advance(Duration.ofNanos(20));
    assertThat(fired).containsExactly(3L, 12L);
    assertThat(kernel.standstill(kernel.nanoTime())).isNull();
  }

  @Test
  void freeze_firesTimersLate_inTheirOrder_andLeavesLaterOnesArmed() {
    fireAfter(21);
    fireAfter(12);
    fireAfter(3);
    kernel.freeze(Duration.ofNanos(20));
    assertThat(fired).containsExactly(20L, 20L);
    assertThat(kernel.armedTimers()).isEqualTo(1);
    assertThat(kernel.standstill(kernel.nanoTime())).isEqualTo(new Standstill(start, start + 20));
    kernel.advance(Duration.ofNanos(1));
    assertThat(fired).containsExactly(20L, 20L, 21L);
  }

  @Test
  void freeze_ofANegativeTime_isRefused() {
    assertThatThrownBy(() -> kernel.freeze(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time: -1 ns (expected: zero");
  }
}
