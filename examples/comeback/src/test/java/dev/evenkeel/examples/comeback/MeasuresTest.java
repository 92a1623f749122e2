package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Series of 40 calls a bin (160/s): 5 s before the kill, 5 s of outage, then what the test says.
 */
class MeasuresTest {

  private static final int NORMAL = 40;
  private static final int BINS_PER_SECOND = 4;

  private final Settings settings = new Settings(
      new Settings.Service(200, 10, 0.3, 2000, 1000),
      new Settings.Traffic(0.8, 20, Duration.ofSeconds(1)),
      new Settings.Schedule(
          Duration.ZERO,
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10)),
      Settings.full(1).validity(),
      1);
  private final List<ClientBin> bins = new ArrayList<>();

  MeasuresTest() {
    seconds(5, NORMAL);
    seconds(5, 0);
  }

  @Test
  void perfectRecovery_hasNoDebtAndTakesNoTime() {
    seconds(30, NORMAL);

    Measures measures = measures();

    assertThat(measures.observedSeconds()).isEqualTo(30);
    assertThat(measures.debtSeconds()).isZero();
    assertThat(measures.t99Seconds()).hasValue(0);
    assertThat(measures.relapseSeconds()).isEmpty();
  }

  @Test
  void lateRecovery_owesWhatWasLost() {
    seconds(6, 0);
    seconds(4, NORMAL / 2);
    seconds(30, NORMAL);

    Measures measures = measures();

    assertThat(measures.debtSeconds()).isEqualTo(8);
    assertThat(measures.t99Seconds()).hasValue(10);
    assertThat(measures.relapseSeconds()).isEmpty();
  }

  @Test
  void noRecovery_hasNoTimeAndIsShownAsSuch() {
    seconds(60, 0);

    Measures measures = measures();

    assertThat(measures.debtSeconds()).isEqualTo(60);
    assertThat(measures.t99Seconds()).isEmpty();
    assertThat(Figures.t99(measures)).isEqualTo("not within 60 s");
    assertThat(Figures.debt(measures)).isEqualTo("over 60 s");
    assertThat(Figures.p99(measures)).isEqualTo("-");
  }

  @Test
  void recoveryThatHasNotSettled_doesNotCountYet() {
    seconds(20, 0);
    seconds(9, NORMAL);

    assertThat(measures().t99Seconds()).isEmpty();

    seconds(1, NORMAL);

    assertThat(measures().t99Seconds()).hasValue(20);
  }

  @Test
  void silence_isNotRecovery() {
    for (int bin = 0; bin < 30 * BINS_PER_SECOND; bin++) {
      add(NORMAL, NORMAL, 0, 0);
    }

    assertThat(measures().t99Seconds()).isEmpty();
  }

  @Test
  void callsInFlight_areNeitherLossNorUnrest() {
    for (int bin = 0; bin < 30 * BINS_PER_SECOND; bin++) {
      add(NORMAL, NORMAL, bin % 2 == 0 ? NORMAL - 5 : NORMAL + 5, 0);
    }

    assertThat(measures().debtSeconds()).isZero();
    assertThat(measures().t99Seconds()).hasValue(0);
  }

  @Test
  void twoFailuresInAHundred_areNotGoodEnough() {
    for (int bin = 0; bin < 30 * BINS_PER_SECOND; bin++) {
      add(100, 100, 98, 2);
    }

    assertThat(measures().t99Seconds()).isEmpty();
  }

  @Test
  void squareRelapse_countsOnce() {
    seconds(5, NORMAL);
    seconds(5, 0);
    seconds(20, NORMAL);

    Measures measures = measures();

    assertThat(measures.relapseSeconds()).hasSize(1);
    assertThat(measures.relapseSeconds().get(0)).isCloseTo(5, within(1.0));
    assertThat(measures.t99Seconds()).hasValue(10);
    assertThat(measures.debtSeconds()).isEqualTo(5);
  }

  @Test
  void twoRelapses_countTwice() {
    seconds(5, NORMAL);
    seconds(5, 0);
    seconds(5, NORMAL);
    seconds(5, 0);
    seconds(20, NORMAL);

    assertThat(measures().relapseSeconds()).hasSize(2);
  }

  @Test
  void unrestAroundTheHalf_countsOnce() {
    seconds(5, NORMAL);
    for (int i = 0; i < 5; i++) {
      seconds(3, NORMAL / 2 - 2);
      seconds(3, NORMAL / 2 + 2);
    }

    assertThat(measures().relapseSeconds()).hasSize(1);
  }

  @Test
  void fallFromALowLevel_isNoRelapse() {
    seconds(5, NORMAL / 20);
    seconds(20, 0);

    assertThat(measures().relapseSeconds()).isEmpty();
  }

  @Test
  void attemptsIntoTheOutage_areCountedWhereverTheyEnd() {
    seconds(30, NORMAL);

    Measures measures = measures();

    assertThat(measures.sentWhileDead()).isEqualTo(5 * BINS_PER_SECOND * NORMAL);
    assertThat(measures.sentWhileDeadShare()).isEqualTo(1);
    assertThat(Figures.sentWhileDead(measures)).isEqualTo("800 (100 %)");
  }

  @Test
  void p99_isOfTheRecoveryOnly() {
    add(NORMAL, NORMAL, NORMAL, 1, 800);
    seconds(30, NORMAL);

    assertThat(measures().p99Millis()).isCloseTo(800, within(50.0));

    bins.subList(bins.size() - 4, bins.size()).clear();
    for (int bin = 0; bin < 4; bin++) {
      add(NORMAL, NORMAL, NORMAL, 0, 3000);
    }

    assertThat(measures().p99Millis()).isCloseTo(800, within(50.0));
  }

  @Test
  void beforeTheReturn_thereIsNothingToMeasure() {
    Measures measures = Measures.of(
        new Recording(Contestant.EVENKEEL, bins, List.of(), Double.NaN, Double.NaN), settings);

    assertThat(measures.observedSeconds()).isZero();
    assertThat(measures.t99Seconds()).isEmpty();
    assertThat(measures.sentWhileDead()).isZero();
  }

  @Test
  void start_countsFromTheSecondSecondUntilTheKill() {
    bins.clear();
    seconds(1, 0);
    seconds(3, NORMAL);
    seconds(1, NORMAL / 2);
    seconds(5, 0);
    seconds(20, NORMAL);

    assertThat(measures().startShare()).isEqualTo(3.5 / 4);
  }

  private Measures measures() {
    return Measures.of(new Recording(Contestant.EVENKEEL, bins, List.of(), 5, 10), settings);
  }

  private void seconds(int seconds, int ok) {
    for (int bin = 0; bin < seconds * BINS_PER_SECOND; bin++) {
      add(NORMAL, NORMAL, ok, NORMAL - ok);
    }
  }

  private void add(int asked, int sent, int ok, int failed) {
    add(asked, sent, ok, failed, 50);
  }

  private void add(int asked, int sent, int ok, int failed, double millis) {
    LatencyHistogram latency = new LatencyHistogram();
    for (int call = 0; call < ok; call++) {
      latency.record(millis);
    }
    bins.add(new ClientBin(bins.size(), asked, sent, ok, failed, 0, latency));
  }
}
