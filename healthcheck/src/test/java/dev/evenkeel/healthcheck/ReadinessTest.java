package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Readiness;
import dev.evenkeel.core.Readiness.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Health shows how far a process that starts is. */
class ReadinessTest {

  private final Lab lab = new Lab();
  private Readiness now =
      new Readiness(Kind.WAITING, 0, Duration.ofMillis(12_500), "waits for its turn");
  private final Health health = lab.builder().readiness(() -> now).start();

  private HealthSnapshot ready() {
    lab.advanceSeconds(0.3);
    return health.snapshot(Group.READY).orElseThrow();
  }

  @Test
  void waitsAndWarms_thenServes() {
    assertThat(ready().isServing()).isFalse();
    assertThat(Lab.only(health).message()).isEqualTo("WAITING, 12.5 s left: waits for its turn");
    assertThat(health.snapshot(Group.LIVE).orElseThrow().isServing()).isTrue();
    now = new Readiness(Kind.WARMING, 0, Duration.ofSeconds(1), "makes its start-up calls");
    assertThat(ready().isServing()).isFalse();
    now = new Readiness(Kind.WARMING, 0.4, Duration.ofSeconds(6), "takes 40 %");
    assertThat(ready().status()).isEqualTo(Status.DEGRADED);
    assertThat(ready().isServing()).isTrue();
    assertThat(Lab.only(health).data()).containsEntry("share", 0.4);
    now = Readiness.READY;
    assertThat(ready().status()).isEqualTo(Status.UP);
    health.close();
  }

  @Test
  void badValues_areRefused() {
    assertThatThrownBy(() -> new Readiness(Kind.WAITING, 1.5, Duration.ZERO, ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Readiness(Kind.WAITING, 1, Duration.ofSeconds(-1), ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> lab.builder().readiness(null))
        .isInstanceOf(NullPointerException.class);
  }
}
