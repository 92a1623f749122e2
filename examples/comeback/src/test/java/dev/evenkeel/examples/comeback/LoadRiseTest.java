package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LoadRiseTest {

  @Test
  void load_risesFromLittleToAll_andStaysThere() {
    LoadRise load = new LoadRise(160, 10);

    assertThat(load.perSecondAt(0)).isCloseTo(8, within(0.001));
    assertThat(load.perSecondAt(5)).isCloseTo(84, within(0.001));
    assertThat(load.perSecondAt(9.99)).isLessThan(160);
    assertThat(load.perSecondAt(10)).isEqualTo(160);
    assertThat(load.perSecondAt(1e6)).isEqualTo(160);
  }

  @Test
  void withoutARise_allComeAtOnce() {
    assertThat(new LoadRise(160, 0).perSecondAt(0)).isEqualTo(160);
  }
}
