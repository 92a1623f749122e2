package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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

  private void serve(int seconds, boolean error, long millis) {
    for (int i = 0; i < seconds * 50; i++) {
      guard.answered(error, Duration.ofMillis(millis));
      lab.kernel.advance(Duration.ofMillis(20));
    }
  }

  @Test
  void errorsFasterThanAnswers_takeItOutForAWhile_thenItGetsAnotherChance() {
    Health health = start();
    serve(20, false, 100);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
    serve(12, true, 2);
    assertThat(health.snapshot(Group.READY).orElseThrow().reason()).isEqualTo("black-hole is DOWN");
    lab.advanceSeconds(40); // out: no traffic
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
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
    serve(12, true, 2);
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
    serve(12, true, 2);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DEGRADED);
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> BlackHoleGuard.of(0, 20, Duration.ofSeconds(1)))
        .hasMessageStartingWith("errorShare: 0.0");
    assertThatThrownBy(() -> BlackHoleGuard.of(0.5, 0, Duration.ofSeconds(1)))
        .hasMessageStartingWith("minAnswers: 0");
    assertThatThrownBy(() -> BlackHoleGuard.of(0.5, 20, Duration.ZERO))
        .hasMessageStartingWith("hold: PT0S");
    guard.answered(true, Duration.ofSeconds(-1));
  }
}
