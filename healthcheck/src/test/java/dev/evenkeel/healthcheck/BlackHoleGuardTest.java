package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlackHoleGuardTest {

  private final Lab lab = new Lab();
  private final BlackHoleGuard guard = BlackHoleGuard.standard();
  private boolean dbDead;

  private Health start() {
    Health health = lab.builder()
        .blackHole(guard)
        .check(Check.shared("db", () -> dbDead ? CheckResult.down("gone") : CheckResult.up()))
        .start();
    lab.settle();
    return health;
  }

  /** 50 a second. */
  private void serve(int seconds, boolean error, long millis) {
    serve(seconds, error, millis, 1);
  }

  /** So many times 50 a second. */
  private void serve(int seconds, boolean error, long millis, int times) {
    for (int i = 0; i < seconds * 50; i++) {
      for (int j = 0; j < times; j++) {
        guard.answered(error, Duration.ofMillis(millis));
      }
      lab.kernel.advance(Duration.ofMillis(20));
    }
  }

  /** Errors within 2 ms, and twice the usual requests for them. */
  private void attract(int seconds) {
    serve(seconds, true, 2, 2);
  }

  @Test
  void errorsFasterThanAnswers_takeItOutForAWhile_thenItGetsAnotherChance() {
    Health health = start();
    serve(20, false, 100);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
    attract(12);
    assertThat(health.snapshot(Group.READY).orElseThrow().reason()).isEqualTo("black-hole is DOWN");
    lab.advanceSeconds(40); // out: no traffic
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
  }

  @Test
  void eachChanceInVain_doublesTheTime_upToEightTimes_andAGoodOneBeginsAnew() {
    Health health = start();
    serve(20, false, 100);
    attract(12);
    List<Integer> secondsOut = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      secondsOut.add(secondsOut(health));
      attract(6); // one look is enough now
    }
    for (int i = 0; i < secondsOut.size(); i++) {
      int hold = 30 << Math.min(i, 3);
      assertThat(secondsOut.get(i)).isBetween(hold - 10, hold + 10);
    }
    secondsOut(health);
    serve(20, false, 100);
    attract(12);
    assertThat(secondsOut(health)).isBetween(20, 40);
  }

  private int secondsOut(Health health) {
    int seconds = 0;
    while (Lab.status(health, Group.READY) == Status.DOWN) {
      lab.advanceSeconds(1);
      seconds++;
    }
    return seconds;
  }

  @Test
  void whileOthersAreBlackHolesToo_itStays() {
    double[] share = {0.21};
    Health health = lab.builder()
        .blackHole(guard)
        .fleet(check -> check.equals("black-hole") ? share[0] : Double.NaN)
        .start();
    serve(20, false, 100);
    serve(12, true, 2);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DEGRADED);
    share[0] = 0.2;
    serve(12, true, 2);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DOWN);
  }

  @Test
  void slowErrors_orFewOfThem_attractNobody() {
    Health health = start();
    serve(20, false, 100);
    serve(12, true, 90);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
    for (int i = 0; i < 10; i++) {
      serve(1, false, 100);
      guard.answered(true, Duration.ofMillis(1));
    }
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
  }

  @Test
  void whileSomethingSharedFails_itStays() {
    Health health = start();
    serve(20, false, 100);
    dbDead = true;
    attract(12);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DEGRADED);
    assertThat(health.snapshot(Group.READY).orElseThrow().isServing()).isTrue();
  }

  @Test
  void whileSomethingSharedComesBack_itStaysToo() {
    Health health = lab.builder()
        .blackHole(guard)
        .check(Check.shared("db", () -> CheckResult.degraded("coming back: 30 %")))
        .start();
    serve(20, false, 100);
    attract(12);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DEGRADED);
  }

  @Test
  void whoAttractsNoTraffic_staysToo_unlessOthersAreKnownToBeWell() {
    Health health = start();
    serve(20, false, 100);
    serve(30, true, 2);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DEGRADED);
    assertThat(health.snapshot().checks().get(1).message())
        .endsWith("; no more requests than usual");
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> BlackHoleGuard.of(0, 20, Duration.ofSeconds(1)))
        .hasMessageStartingWith("errorShare: 0.0");
    assertThatThrownBy(() -> BlackHoleGuard.of(0.5, 0, Duration.ofSeconds(1)))
        .hasMessageStartingWith("minAnswers: 0");
    assertThatThrownBy(() -> BlackHoleGuard.of(0.5, 20, Duration.ZERO))
        .hasMessageStartingWith("hold: 0 s");
    assertThatThrownBy(() -> BlackHoleGuard.of(0.5, 20, Duration.ofDays(2)))
        .hasMessage("hold: 172800 s (expected: at most 1 day)");
    guard.answered(true, Duration.ofSeconds(-1));
  }
}
