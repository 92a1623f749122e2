package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PhysicalLimitTest {

  @Test
  void coldRestart_hasTheClosedForm() {
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);

    assertThat(limit.seconds()).isCloseTo(22.3, within(0.05));
    assertThat(limit.debtSeconds()).isCloseTo(6.68, within(0.005));
  }

  @Test
  void tightAndColder_hasTheClosedForm() {
    PhysicalLimit limit = new PhysicalLimit(0.9, 0.2, 10);

    assertThat(limit.seconds()).isCloseTo(35.8, within(0.05));
    assertThat(limit.debtSeconds()).isCloseTo(12.7, within(0.05));
  }

  @Test
  void warmRestart_costsNothing() {
    PhysicalLimit limit = new PhysicalLimit(0.8, 1, 10);

    assertThat(limit.seconds()).isZero();
    assertThat(limit.debtSeconds()).isZero();
    assertThat(limit.goodputAt(0)).isEqualTo(0.8);
  }

  @Test
  void goodput_startsColdAndEndsWithTheLoad() {
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);

    assertThat(limit.goodputAt(0)).isCloseTo(0.3, within(1e-9));
    assertThat(limit.goodputAt(limit.seconds())).isCloseTo(0.8, within(1e-9));
    assertThat(limit.goodputAt(1000)).isEqualTo(0.8);
  }

  @Test
  void debt_isTheAreaBetweenLoadAndGoodput() {
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);
    double area = 0;
    for (double t = 0; t < limit.seconds(); t += 0.001) {
      area += (0.8 - limit.goodputAt(t)) / 0.8 * 0.001;
    }

    assertThat(area).isCloseTo(limit.debtSeconds(), within(0.01));
  }
}
