package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.failback.Comeback.Sample;
import dev.evenkeel.testkit.ScriptedCall;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What one outage leaves for the next. */
class ComebackAgainTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long LATENCY = SECOND / 20;

  private final ScriptedCall call = ScriptedCall.drawing(0);
  private long now = Long.MAX_VALUE - 70 * SECOND; // wraps around on the way
  private final Baseline baseline = new Baseline(Tolerance.STANDARD, now);
  private final Comeback comeback = new Comeback(
      Failback.standard(),
      Tolerance.STANDARD,
      baseline,
      new AtomicLong()::incrementAndGet,
      new Object(),
      (from, to, why, at) -> {});

  /** A minute with 80 calls a second. */
  private void healthyMinute() {
    for (int i = 0; i < 60; i++) {
      baseline.onOffered(80);
      baseline.onSuccess(LATENCY, 80);
      now += SECOND;
      baseline.sample(now);
    }
  }

  private void begin() {
    comeback.begin("test", 0, now);
  }

  /** As many calls are asked for as ever, so that the share is that of the healthy rate. */
  private long probeInTraffic() {
    for (int i = 0; i < 20; i++) {
      baseline.onOffered(80);
      now += SECOND;
      baseline.sample(now);
    }
    now -= 20 * SECOND;
    return probe();
  }

  private long probe() {
    now += 20 * SECOND;
    long permit = comeback.admit(call, now);
    assertThat(comeback.state()).isEqualTo(GateState.PROBING);
    return permit;
  }

  private void settle(long permit, Sample sample) {
    assertThat(comeback.settle(call, permit, sample, LATENCY, now)).isTrue();
  }

  private void isRamping(double share) {
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
    assertThat(comeback.state().share()).isCloseTo(share, within(0.01));
  }

  /** Five calls a second, far fewer than the ramp lets through, until it ends. */
  private void rampToTheEnd() {
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
    for (int i = 0; i < 100 && comeback.state().kind() == Kind.RAMPING; i++) {
      now += SECOND / 5;
      long permit = comeback.admit(call, now);
      if (permit >= 0) {
        settle(permit, Sample.GOOD);
      }
    }
    assertThat(comeback.state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void careOfAFlappingDependency_isTakenOverFromRampToRamp() {
    healthyMinute();
    baseline.closed(Lesson.NONE.withGoodLevel(0.125), 1e6, now);
    long first = now;
    begin();
    settle(probe(), Sample.GOOD);
    rampToTheEnd();
    now += 40 * SECOND;
    assertThat(now - first).as("the first is too long ago").isGreaterThan(60 * SECOND);
    begin();
    settle(probeInTraffic(), Sample.GOOD);
    isRamping(0.125);
  }

  @Test
  void careIsForgotten_whenTheLastRampEndedAMinuteAgo() {
    healthyMinute();
    baseline.closed(Lesson.NONE.withGoodLevel(0.125), 1e6, now);
    begin();
    settle(probe(), Sample.GOOD);
    rampToTheEnd();
    now += 60 * SECOND;
    begin();
    settle(probeInTraffic(), Sample.GOOD);
    isRamping(0.25);
  }

  @Test
  void firstWaitOfEachOutage_isAnythingUpToTheWhole() {
    healthyMinute();
    begin();
    assertThat(comeback.coolDownNanos(now)).as("the shortest").isEqualTo(SECOND / 10);
    settle(probe(), Sample.BAD);
    assertThat(comeback.coolDownNanos(now))
        .as("0.7 of a probe for each 50 calls")
        .isBetween(SECOND * 35 / 80 - SECOND / 1_000, SECOND * 35 / 80 + SECOND / 1_000);
    settle(probe(), Sample.GOOD);
    rampToTheEnd();
    begin();
    assertThat(comeback.coolDownNanos(now)).as("the shortest").isEqualTo(SECOND / 10);
  }
}
