package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.limits.Workshop.Figures;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The adaptive limit before a dependency of 10 or 50 servers, 100 ms each, in virtual time. The
 * stated bound: twice the ideal limit, which is the number of servers, and twice the latency
 * without a queue, as means.
 */
class AdaptiveLimitOverloadTest {

  private static final double TEN_MINUTES = 600;
  private static final long START = Long.MAX_VALUE - 100_000_000_000L; // wraps around on the way

  private final AdaptiveLimit limit = AdaptiveLimit.standard();
  private final Workshop workshop = new Workshop(Workshop.of(limit), 10, 100, START, 1);

  private void assertBounded(Workshop at, Figures figures, double seconds, double leastUsed) {
    assertThat(figures.meanLimit())
        .as("mean limit: %s", figures)
        .isBetween(0.9 * at.servers, 2.0 * at.servers);
    assertThat(figures.meanMillis()).as("%s", figures).isLessThan(2 * at.serviceMillis);
    assertThat(figures.done / seconds / at.capacityPerSecond())
        .as("share of the capacity used: %s", figures)
        .isGreaterThan(leastUsed);
  }

  @ParameterizedTest
  @CsvSource({"10, 1.1, 0.8", "10, 1.5, 0.8", "10, 5, 0.85", "50, 1.1, 0.95", "50, 2, 0.95"})
  void overload_mildOrHeavy_isHeldForTenMinutes(int servers, double load, double leastUsed) {
    workshop.servers = servers;
    Figures unused = workshop.run(load * workshop.capacityPerSecond(), 30);
    Figures figures = workshop.run(load * workshop.capacityPerSecond(), TEN_MINUTES);
    assertBounded(workshop, figures, TEN_MINUTES, leastUsed);
  }

  @Test
  void anHourOfOverload_movesNeitherTheBaselineNorTheLimit() {
    Figures unused = workshop.run(150, 30);
    for (int i = 0; i < 6; i++) {
      assertBounded(workshop, workshop.run(150, TEN_MINUTES), TEN_MINUTES, 0.8);
      assertThat(limit.baseline()).isBetween(Duration.ofMillis(70), Duration.ofMillis(140));
    }
  }

  /** The two faults in the formula that ours replaces, in the same workshop. */
  @Test
  void averagedBaseline_drifts_andLatencyGrowsWithIt() {
    Gradient2 theirs = new Gradient2(1, 1_000);
    Workshop same = new Workshop(theirs, 10, 100, 0, 1);
    Figures unused = same.run(50, 60);
    double before = theirs.longTermMillis();
    Figures first = same.run(150, TEN_MINUTES);
    Figures last = first;
    for (int i = 0; i < 5; i++) {
      last = same.run(150, TEN_MINUTES);
    }
    assertThat(before).isBetween(80.0, 130.0);
    assertThat(theirs.longTermMillis()).as("its latency without load").isGreaterThan(4 * before);
    assertThat(last.meanLimit()).isGreaterThan(2.5 * first.meanLimit());
    assertThat(last.meanMillis()).isGreaterThan(2.5 * first.meanMillis());

    Gradient2 mild = new Gradient2(1, 1_000);
    Workshop large = new Workshop(mild, 50, 100, 0, 1);
    unused = large.run(250, 60);
    double limitBefore = 0;
    for (int i = 0; i < 6; i++) {
      Figures figures = large.run(550, TEN_MINUTES);
      assertThat(figures.meanLimit()).as("grows on and on").isGreaterThan(limitBefore);
      limitBefore = figures.meanLimit();
    }
  }

  @Test
  void moreOrFewerServers_areFollowedWithinSeconds() {
    Figures unused = workshop.run(300, 60);
    for (int servers : new int[] {20, 10, 5, 10, 20}) {
      workshop.servers = servers;
      unused = workshop.run(300, 30);
      assertBounded(workshop, workshop.run(300, 60), 60, 0.6);
    }
  }

  @Test
  void slowerOrFasterServers_areToldFromAQueue() {
    Figures unused = workshop.run(150, 60);
    for (double millis : new double[] {200, 50, 100}) {
      workshop.serviceMillis = millis;
      unused = workshop.run(1.5 * workshop.capacityPerSecond(), 60);
      assertBounded(workshop, workshop.run(1.5 * workshop.capacityPerSecond(), 60), 60, 0.6);
      assertThat(limit.baseline().toNanos() / 1e6).isBetween(0.7 * millis, 1.4 * millis);
    }
  }

  @Test
  void coldStart_findsTheLimit_fromTooLowWithinTwentySeconds_fromFarTooHighWithinOneHundred() {
    for (int initial : new int[] {1, 20, 100, 500}) {
      AdaptiveLimit cold = AdaptiveLimit.of(initial, 1, 1_000);
      Workshop fresh = new Workshop(Workshop.of(cold), 10, 100, 0, 2);
      Figures unused = fresh.run(200, initial <= 20 ? 20 : 100);
      Figures after = fresh.run(200, 40);
      assertThat(after.meanLimit()).as("from %d: %s", initial, after).isBetween(7.0, 22.0);
    }
  }

  @Test
  void timeouts_lowerTheLimit_whenNoSuccessCanTellAnything() {
    Figures unused = workshop.run(90, 30);
    workshop.serviceMillis = 5_000;
    workshop.timeoutMillis = 300;
    unused = workshop.run(90, 60);
    assertThat(limit.limit()).isLessThan(10);
    workshop.serviceMillis = 100;
    unused = workshop.run(150, 60);
    Figures after = workshop.run(150, 60);
    assertBounded(workshop, after, 60, 0.6);
  }

  @Test
  void lightLoad_isNeverRefused() {
    Figures figures = workshop.run(30, TEN_MINUTES);
    assertThat(figures.done).isGreaterThan((int) (0.999 * figures.offered) - 10);
  }
}
