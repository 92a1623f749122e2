package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailbackTest {

  @Test
  void settings_areKeptAsGiven() {
    Failback settings = Failback.builder()
        .minCooldown(Duration.ofSeconds(1))
        .maxCooldown(Duration.ofSeconds(2))
        .probeLease(Duration.ofSeconds(3))
        .probeShare(0.04)
        .startShare(0.05)
        .inFlightCeiling(6)
        .additionPerSecond(0.7)
        .growthPerSecond(1.8)
        .step(Duration.ofMillis(90))
        .build();
    assertThat(settings.minCooldownNanos()).isEqualTo(1e9);
    assertThat(settings.maxCooldownNanos()).isEqualTo(2e9);
    assertThat(settings.probeLeaseNanos()).isEqualTo(3_000_000_000L);
    assertThat(settings.probeShare()).isEqualTo(0.04);
    assertThat(settings.startShare()).isEqualTo(0.05);
    assertThat(settings.inFlightCeiling()).isEqualTo(6);
    assertThat(settings.additionPerSecond()).isEqualTo(0.7);
    assertThat(settings.growthPerSecond()).isEqualTo(1.8);
    assertThat(settings.stepNanos()).isEqualTo(90_000_000L);
    assertThat(settings)
        .hasToString("probes 4.0 % of the traffic, every 1.0..2.0 s, ramp from 0.05");
  }

  @Test
  void step_isTenMillisecondsToAMinute() {
    for (Duration step : new Duration[] {Duration.ofMillis(10), Duration.ofMinutes(1)}) {
      assertThat(Failback.builder().step(step).build().stepNanos()).isEqualTo(step.toNanos());
    }
    assertThatThrownBy(() -> Failback.builder().step(Duration.ofMillis(10).minusNanos(1)))
        .hasMessage("step: 9.999999 ms (expected: 10 ms to 1 min)");
    assertThatThrownBy(() -> Failback.builder().step(Duration.ofMinutes(1).plusNanos(1)))
        .hasMessage("step: 60.000000001 s (expected: 10 ms to 1 min)");
  }

  @Test
  void longestCoolDown_isNoShorterThanTheShortest() {
    Duration second = Duration.ofSeconds(1);
    Failback.Builder builder = Failback.builder().minCooldown(second).maxCooldown(second);
    assertThat(builder.build().maxCooldownNanos()).isEqualTo(1e9);
    builder.maxCooldown(second.minusNanos(1));
    assertThatThrownBy(builder::build)
        .hasMessage("maxCooldown: 999.999999 ms (expected: at least minCooldown, 1 s)");
  }
}
