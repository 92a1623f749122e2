package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedGuardTest {

  private final Lab lab = new Lab();
  private final Set<String> dead = new HashSet<>();
  private double fleetShare = Double.NaN;

  private Check shared(String name) {
    return Check.shared(
            name, () -> dead.contains(name) ? CheckResult.down("gone") : CheckResult.up())
        .groups(Group.READY);
  }

  private HealthSnapshot ready(Health health) {
    return health.snapshot(Group.READY).orElseThrow();
  }

  @Test
  void theOnlySharedDependency_neverTakesTheInstanceOut() {
    dead.add("db");
    Health health = lab.start(shared("db"));
    assertThat(ready(health).status()).isEqualTo(Status.DEGRADED);
    assertThat(ready(health).isServing()).isTrue();
    assertThat(ready(health).guard()).isEqualTo("open: 1 of 1 shared dependencies fail at once");
    assertThat(ready(health).reason()).isEqualTo("db is DOWN");
  }

  @Test
  void oneOfThree_takesItOut_butNotForLongerThanTheLimit() {
    Health health = lab.start(shared("db"), shared("queue"), shared("cache"));
    assertThat(ready(health).guard()).isNull();
    dead.add("db");
    lab.advanceSeconds(9);
    assertThat(ready(health).status()).isEqualTo(Status.DOWN);
    assertThat(ready(health).guard()).startsWith("closed: ");
    lab.advanceSeconds(30);
    assertThat(ready(health).status()).isEqualTo(Status.DEGRADED);
    assertThat(ready(health).guard()).isEqualTo("open: out for 30 s, which has mended nothing");
    dead.clear();
    lab.advanceSeconds(60);
    assertThat(ready(health).status()).isEqualTo(Status.UP);
  }

  @Test
  void manyAtOnce_areNotThisInstancesOwnTrouble() {
    dead.addAll(Set.of("db", "queue"));
    Health health = lab.start(shared("db"), shared("queue"), shared("cache"));
    assertThat(ready(health).guard()).isEqualTo("open: 2 of 3 shared dependencies fail at once");
  }

  @Test
  void fleetSignal_goesBeforeAllElse() {
    dead.add("db");
    fleetShare = 0.01;
    Health health = lab.builder().fleet(check -> fleetShare).check(shared("db")).start();
    lab.settle();
    assertThat(ready(health).status()).isEqualTo(Status.DOWN);
    lab.advanceSeconds(600); // its own trouble: no limit
    assertThat(ready(health).status()).isEqualTo(Status.DOWN);
    fleetShare = 0.6;
    lab.advanceSeconds(40);
    assertThat(ready(health).status()).isEqualTo(Status.DEGRADED);
    assertThat(ready(health).guard()).isEqualTo("open: 60 % of the other instances see it too");
  }

  @Test
  void fleetSignalThatThrows_isAsNone() {
    dead.add("db");
    Health health = lab.builder()
        .fleet(check -> {
          throw new IllegalStateException("no fleet");
        })
        .check(shared("db"))
        .start();
    lab.settle();
    assertThat(ready(health).guard()).startsWith("open: 1 of 1");
    assertThat(Lab.only(health).cause().message()).isEqualTo("gone");
  }

  @Test
  void localFailure_isNotTheGuardsBusiness() {
    dead.add("db");
    Health health = lab.start(shared("db"), Check.local("disk", () -> CheckResult.down("full")));
    assertThat(ready(health).status()).isEqualTo(Status.DOWN);
    assertThat(ready(health).reason()).isEqualTo("disk is DOWN");
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> new SharedGuard(1.1, Duration.ZERO, 0))
        .hasMessage("maxShare: 1.1 (expected: 0.0 to 1.0)");
    assertThatThrownBy(() -> new SharedGuard(Double.NaN, Duration.ZERO, 0))
        .hasMessageStartingWith("maxShare: NaN");
    assertThatThrownBy(() -> new SharedGuard(0.5, Duration.ofSeconds(-1), 0))
        .hasMessageStartingWith("maxOut: -1 s");
    assertThatThrownBy(() -> new SharedGuard(0.5, Duration.ofDays(2), 0))
        .hasMessage("maxOut: 172800 s (expected: at most 1 day)");
    assertThatThrownBy(() -> new SharedGuard(0.5, null, 0))
        .isInstanceOf(NullPointerException.class);
  }
}
