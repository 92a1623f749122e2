package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChanceTest {

  private static double mean(java.util.function.DoubleSupplier draw) {
    double sum = 0;
    for (int i = 0; i < 200_000; i++) {
      sum += draw.getAsDouble();
    }
    return sum / 200_000;
  }

  @Test
  void streams_areTheSameForTheSameSeed_andDifferForAnotherOne() {
    assertThat(new Chance(1, 2, 3).bits()).isEqualTo(new Chance(1, 2, 3).bits());
    assertThat(new Chance(1, 2, 3).bits())
        .isNotEqualTo(new Chance(2, 2, 3).bits())
        .isNotEqualTo(new Chance(1, 3, 3).bits())
        .isNotEqualTo(new Chance(1, 2, 4).bits());
  }

  @Test
  void numbers_areThoseOfAnyOtherMachine() {
    assertThat(new Chance(1, 1, 0).bits()).isEqualTo(BITS_OF_SEED_1);
  }

  private static final long BITS_OF_SEED_1 = 6740329079320479327L;

  @Test
  void distributions_haveTheirMeans() {
    Chance chance = new Chance(5, 1, 0);
    assertThat(mean(chance::unit)).isCloseTo(0.5, within(0.005));
    assertThat(mean(chance::exponential)).isCloseTo(1, within(0.01));
    assertThat(mean(chance::normal)).isCloseTo(0, within(0.01));
    assertThat(mean(() -> chance.pareto(3))).isCloseTo(1.5, within(0.02));
  }

  @Test
  void ln_isTheLogarithm() {
    for (double x : new double[] {1e-16, 0.001, 0.5, 0.7071, 1, 1.4142, 1.5, 2, 123_456.789}) {
      assertThat(Chance.ln(x)).isCloseTo(Math.log(x), within(1e-10));
    }
  }
}
