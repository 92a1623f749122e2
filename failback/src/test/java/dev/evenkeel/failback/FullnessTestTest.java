package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.failback.FullnessTest.Answer;
import org.junit.jupiter.api.Test;

/** What is taken for slower, quicker, and neither. */
class FullnessTestTest {

  private static final double LATENCY = 50_000_000;
  private static final double AT_ONCE = 1e-12; // seconds, in which nothing fades

  private static void add(FullnessTest test, long answers, double log, double seconds) {
    test.add(Sums.good(answers, LATENCY * Math.exp(log)), seconds);
  }

  /** Half of them slower, half of them quicker, by as much. */
  private static void addScattered(FullnessTest test, double log, double scatter) {
    add(test, 100, log - scatter, AT_ONCE);
    add(test, 100, log + scatter, AT_ONCE);
  }

  private static FullnessTest begun() {
    FullnessTest test = new FullnessTest();
    add(test, 200, 0, AT_ONCE);
    test.begin();
    return test;
  }

  /** Of 200 answers before and 200 now, all of them alike. */
  private static Answer answer(double log) {
    FullnessTest test = begun();
    add(test, 200, log, AT_ONCE);
    return test.answer();
  }

  private static Answer scatteredAnswer(double log, double scatter) {
    FullnessTest test = new FullnessTest();
    addScattered(test, 0, scatter);
    test.begin();
    addScattered(test, log, scatter);
    return test.answer();
  }

  @Test
  void aQuarterMore_isSlower_beyondOneAndAHalfStandardErrorsOfATenth() {
    double quarter = Math.log(1.25);
    double error = 0.1 * Math.sqrt(2 / 200.0); // no latency is steadier than 10 %
    double sure = 1.5 * error;
    assertThat(answer(quarter + sure + 0.0001)).isEqualTo(Answer.SLOWER);
    assertThat(answer(quarter + sure - 0.0001)).isEqualTo(Answer.UNKNOWN);
    assertThat(answer(quarter - sure + 0.0001)).isEqualTo(Answer.UNKNOWN);
    assertThat(answer(quarter - sure - 0.0001)).isEqualTo(Answer.NOT_SLOWER);
    assertThat(answer(0)).isEqualTo(Answer.NOT_SLOWER);
    assertThat(answer(-quarter - sure + 0.0001)).isEqualTo(Answer.NOT_SLOWER);
    assertThat(answer(-quarter - sure - 0.0001)).isEqualTo(Answer.QUICKER);
  }

  @Test
  void standardError_isThatOfTheScatter() {
    double slower = Math.log(1.25) + 1.5 * 0.6 * Math.sqrt(2 / 200.0);
    // The second half of them takes a little of the first: a hundredth of a per cent.
    assertThat(scatteredAnswer(slower + 0.001, 0.6)).isEqualTo(Answer.SLOWER);
    assertThat(scatteredAnswer(slower - 0.001, 0.6)).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void fewerThanThreeAnswers_tellNothing_beforeOrNow() {
    for (long before : new long[] {2, 3}) {
      for (long now : new long[] {2, 3}) {
        FullnessTest test = new FullnessTest();
        add(test, before, 0, AT_ONCE);
        test.begin();
        add(test, now, 3, AT_ONCE);
        assertThat(test.answer())
            .as("%s, %s", before, now)
            .isEqualTo(before + now == 6 ? Answer.SLOWER : Answer.UNKNOWN);
      }
    }
  }

  /** The mean now, if 24 answers of one are followed by as many of nothing, within so long. */
  private static Answer faded(double log, long answers, double seconds) {
    FullnessTest test = begun();
    add(test, 24, log, AT_ONCE);
    add(test, answers, 0, seconds);
    return test.answer();
  }

  /** Which change of the 24 is just slower, if of them this share is kept. */
  private static double justSlower(double keep, double answers) {
    double old = 24 * keep;
    double share = old / (old + answers);
    double low = 0;
    double high = 10;
    for (int i = 0; i < 60; i++) {
      double log = (low + high) / 2;
      double variance = log * log * share * (1 - share);
      double scatter = Math.max(0.01, (old + answers) * variance / (old + answers + 200));
      double error = Math.sqrt(scatter * (1 / (old + answers) + 1 / 200.0));
      if (share * log - 1.5 * error > Math.log(1.25)) {
        high = log;
      } else {
        low = log;
      }
    }
    return high;
  }

  @Test
  void oldAnswers_fadeWithFiveSeconds() {
    double log = justSlower(Math.exp(-0.5), 240);
    assertThat(faded(log * 1.001, 240, 2.5)).isEqualTo(Answer.SLOWER);
    assertThat(faded(log * 0.999, 240, 2.5)).isNotEqualTo(Answer.SLOWER);
  }

  @Test
  void oldAnswers_fadeWithTwentyFourNewOnes_whereTheyAreRare() {
    double log = justSlower(Math.exp(-0.5), 12);
    assertThat(faded(log * 1.001, 12, 600)).isEqualTo(Answer.SLOWER);
    assertThat(faded(log * 0.999, 12, 600)).isNotEqualTo(Answer.SLOWER);
  }

  @Test
  void again_comparesWithWhatWasBefore_butForgetsWhatCameSince() {
    FullnessTest test = begun();
    add(test, 200, 1, AT_ONCE);
    assertThat(test.answer()).isEqualTo(Answer.SLOWER);
    test.again();
    assertThat(test.answer()).isEqualTo(Answer.UNKNOWN);
    add(test, 200, -1, AT_ONCE);
    assertThat(test.answer()).isEqualTo(Answer.QUICKER);
  }

  @Test
  void failures_tellNothing() {
    FullnessTest test = begun();
    add(test, 200, 1, AT_ONCE);
    test.add(Sums.failures(0, 1_000), 60);
    assertThat(test.answer()).isEqualTo(Answer.SLOWER);
  }
}
