package dev.evenkeel.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RelapsesTest {

  private final int[] asked = new int[1000];
  private final int[] answered = new int[1000];
  private final boolean[] isDown = new boolean[1000];

  RelapsesTest() {
    Arrays.fill(asked, 10);
    Arrays.fill(answered, 10);
  }

  private Relapses relapses() {
    return Relapses.of(asked, answered, isDown, 100, 1000, 50);
  }

  private int count() {
    return relapses().count();
  }

  @Test
  void steady_hasNone() {
    assertThat(count()).isZero();
  }

  @Test
  void slowWayBack_isNoRelapse() {
    Arrays.fill(answered, 100, 300, 0);
    Arrays.fill(answered, 300, 500, 4);
    assertThat(count()).isZero();
  }

  @Test
  void fallsBackTwice_areTwo() {
    Arrays.fill(answered, 300, 400, 0);
    Arrays.fill(answered, 600, 700, 1);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void whoeverNeverAnswersThreeQuarters_wasNeverBack() {
    Arrays.fill(answered, 100, 1000, 7);
    assertThat(relapses()).isEqualTo(new Relapses(0, false));
    Arrays.fill(answered, 600, 700, 8);
    assertThat(relapses()).isEqualTo(new Relapses(0, true));
  }

  @Test
  void aSecondOutage_isNone() {
    Arrays.fill(answered, 300, 420, 0);
    Arrays.fill(isDown, 300, 400, true);
    assertThat(count()).isZero();
  }

  @Test
  void fallsBackAfterASecondOutage_isOne() {
    Arrays.fill(isDown, 300, 400, true);
    Arrays.fill(answered, 600, 700, 1);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void fewCalls_areOnlyChance() {
    Arrays.fill(asked, 0);
    Arrays.fill(answered, 0);
    for (int bin = 100; bin < 1000; bin += 10) {
      asked[bin] = 1;
      answered[bin] = bin < 500 ? 1 : 0;
    }
    assertThat(count()).isZero();
  }
}
