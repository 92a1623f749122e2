package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.failback.Comeback.Sample;
import dev.evenkeel.testkit.ScriptedCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ComebackTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long LATENCY = SECOND / 20;

  private final ScriptedCall call = new ScriptedCall(1);
  private final List<Kind> states = new ArrayList<>();
  private long now = Long.MAX_VALUE - 10 * SECOND; // wraps around on the way
  private final Baseline baseline = new Baseline(Tolerance.STANDARD, now);
  private final Comeback comeback = new Comeback(
      Failback.standard(),
      Tolerance.STANDARD,
      baseline,
      new AtomicLong()::incrementAndGet,
      new Object(),
      (from, to, reason, at) -> states.add(to.kind()));

  private long admit() {
    return comeback.admit(call.started(now), now);
  }

  private boolean settle(long permit, Sample sample) {
    return comeback.settle(call, permit, sample, LATENCY, now);
  }

  private long probe() {
    now += 20 * SECOND;
    long permit = admit();
    assertThat(permit).isNotNegative();
    assertThat(comeback.state()).isEqualTo(GateState.PROBING);
    return permit;
  }

  private void begin() {
    comeback.begin("test", call.random(), now);
  }

  private void healthy(int seconds, int calls) {
    for (int i = 0; i < seconds; i++) {
      baseline.onOffered(calls);
      baseline.onSuccess(LATENCY, calls);
      now += SECOND;
      baseline.sample(now);
    }
  }

  @Test
  void wayBack_goesThroughItsStatesInOrder() {
    begin();
    assertThat(Refusal.reason(admit())).isEqualTo(RefusalReason.CIRCUIT_OPEN);
    settle(probe(), Sample.GOOD);
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
    for (int i = 0; i < 3_000 && comeback.state().kind() == Kind.RAMPING; i++) {
      now += SECOND / 20;
      long permit = admit();
      if (permit >= 0) {
        settle(permit, Sample.GOOD);
      }
    }
    assertThat(comeback.state()).isEqualTo(GateState.CLOSED);
    assertThat(states).containsExactly(Kind.OPEN, Kind.PROBING, Kind.RAMPING, Kind.CLOSED);
  }

  @Test
  void permitOfAnEarlierState_changesNothing() {
    begin();
    long first = probe();
    settle(first, Sample.BAD);
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
    assertThat(settle(first, Sample.GOOD)).isFalse();
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void probeThatNeverAnswers_letsAnotherOneGo_andItsLateGoodNewsCounts() {
    begin();
    long silent = probe();
    assertThat(Refusal.reason(admit())).isEqualTo(RefusalReason.CIRCUIT_PROBING);
    now += 5 * SECOND;
    assertThat(admit()).isNotNegative();
    settle(silent, Sample.GOOD);
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
  }

  @Test
  void probeThatSaidNothing_givesItsPlaceBack() {
    begin();
    settle(probe(), Sample.NONE);
    assertThat(admit()).isNotNegative();
  }

  @Test
  void callsThatHangOnTheRamp_doNotLockIt() {
    begin();
    settle(probe(), Sample.GOOD);
    for (int i = 0; i < 1_000; i++) {
      now += SECOND / 20;
      admit(); // never settled
    }
    assertThat(states)
        .contains(Kind.OPEN)
        .filteredOn(kind -> kind == Kind.OPEN)
        .hasSizeGreaterThan(1);
    now += 20 * SECOND;
    long permit = admit();
    if (permit < 0) {
      now += 20 * SECOND; // a probe of before may hold the lease
      permit = admit();
    }
    settle(permit, Sample.GOOD);
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
  }

  @Test
  void relapse_opensAgain() {
    begin();
    settle(probe(), Sample.GOOD);
    for (int i = 0; i < 1_000 && comeback.state().kind() == Kind.RAMPING; i++) {
      now += SECOND / 20;
      long permit = admit();
      if (permit >= 0) {
        settle(permit, Sample.BAD);
      }
    }
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void coolDown_isJitteredAndNeverAboveItsCap() {
    Set<Long> waits = new HashSet<>();
    begin();
    for (int i = 0; i < 100; i++) {
      long wait = Refusal.retryAfterNanos(admit());
      assertThat(wait).isBetween(SECOND / 10 - 1_000, 15 * SECOND);
      waits.add(wait);
      settle(probe(), Sample.BAD);
    }
    assertThat(waits).hasSizeGreaterThan(95);
  }

  @Test
  void coolDown_endsToTheNanosecond() {
    assertThat(comeback.coolDownNanos(now)).isZero();
    begin();
    long rest = comeback.coolDownNanos(now);
    now += rest - 1;
    assertThat(comeback.coolDownNanos(now)).isEqualTo(1);
    assertThat(admit()).isNegative();
    now++;
    assertThat(comeback.coolDownNanos(now)).isZero();
    assertThat(admit()).isNotNegative();
    assertThat(comeback.coolDownNanos(now)).isZero();
  }

  @Test
  void reason_saysHowLongTheCoolDownIs() {
    List<String> reasons = new ArrayList<>();
    Failback settings = Failback.builder()
        .minCooldown(Duration.ofSeconds(8))
        .maxCooldown(Duration.ofSeconds(8))
        .build();
    new Comeback(
            settings,
            Tolerance.STANDARD,
            baseline,
            new AtomicLong()::incrementAndGet,
            new Object(),
            (from, to, reason, at) -> reasons.add(reason))
        .begin("most calls failed", 0, now);
    assertThat(reasons).containsExactly("most calls failed; cool-down 8.0 s");
  }

  @Test
  void whileOneProbes_othersAreToldWhenItsLeaseEnds() {
    begin();
    probe();
    now += SECOND;
    assertThat(Refusal.retryAfterNanos(admit())).isEqualTo(4 * SECOND);
  }

  @Test
  void whileItRamps_othersAreToldWhenItsNextStepIs() {
    begin();
    long permit = probe();
    comeback.settle(ScriptedCall.drawing(0.5), permit, Sample.GOOD, LATENCY, now);
    now += SECOND / 50;
    for (int i = 0; i < 100; i++) {
      admit(); // more than may be in flight
    }
    assertThat(Refusal.retryAfterNanos(admit()))
        .as("200 ms after the probe")
        .isEqualTo(SECOND * 9 / 50);
  }

  @Test
  void permitOfTheProbe_isCurrent() {
    begin();
    assertThat(settle(probe(), Sample.GOOD)).isTrue();
  }

  @Test
  void callsThatAreRefused_areDemandAllTheSame() {
    begin();
    for (int i = 0; i < 2_000; i++) {
      now += SECOND / 100;
      long permit = admit();
      if (permit >= 0) {
        settle(permit, Sample.BAD);
      }
    }
    settle(probe(), Sample.GOOD);
    assertThat(baseline.memory().demand()).as("2,001 in 40 s").isCloseTo(50, within(0.1));
  }

  @Test
  void callsRefusedWithoutTheTime_areDemandByTheirSamples() {
    begin();
    Runnable end = comeback.refuseTimeless();
    comeback.admit(new SampleOf64(call), now);
    comeback.admit(new SampleOf64(call), now);
    end.run();
    comeback.admit(new SampleOf64(call), now); // each call comes by itself again
    now += SECOND;
    baseline.sample(now);
    assertThat(baseline.memory().demand()).isEqualTo(129);
  }

  @Test
  void callsAreRefusedWithoutTheTime_onlyWhileItIsOpen_andSomebodySeesToTheEnd() {
    comeback.refuseTimeless().run();
    assertThat(comeback.refusesTimeless()).as("not begun").isFalse();
    begin();
    assertThat(comeback.refusesTimeless()).as("not asked for").isFalse();
    Runnable end = comeback.refuseTimeless();
    assertThat(comeback.refusesTimeless()).isTrue();
    end.run();
    assertThat(comeback.refusesTimeless()).as("the cool-down is over").isFalse();
    probe();
    comeback.refuseTimeless().run();
    assertThat(comeback.refusesTimeless()).as("probing").isFalse();
  }

  @Test
  void secondsBeforeTheTrip_areNoHealthyOnes() {
    healthy(60, 80);
    healthy(8, 20); // a queue builds up
    begin();
    settle(probe(), Sample.GOOD);
    assertThat(baseline.memory().rate()).isCloseTo(80, within(0.1));
  }

  @Test
  void callWithoutAWayBack_isNotLetThrough() {
    assertThat(Refusal.reason(admit())).isEqualTo(RefusalReason.CIRCUIT_RAMPING);
  }

  @Test
  void callThatFindsTheRampOver_isJudgedByWhatComesAfter() {
    for (Sample sample : List.of(Sample.GOOD, Sample.BAD)) {
      begin();
      settle(probe(), Sample.GOOD);
      long permit = 0;
      for (int i = 0; i < 3_000 && comeback.state().kind() == Kind.RAMPING; i++) {
        now += SECOND / 20;
        permit = admit();
        if (permit >= 0) {
          settle(permit, sample);
        }
      }
      assertThat(comeback.state().kind()).isNotEqualTo(Kind.RAMPING);
      assertThat(permit).as("after %s calls", sample).isNegative();
    }
  }

  @Test
  void failureThatMakesARelapse_opensAtOnce_notWithTheNextCall() {
    begin();
    settle(probe(), Sample.GOOD);
    for (int i = 0; i < 1_000 && comeback.state().kind() == Kind.RAMPING; i++) {
      long permit = admit();
      assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
      now += SECOND / 2;
      settle(permit, Sample.BAD);
    }
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void coolDown_isAnythingUpToTheWholeAfterARelapse_butNearTheWholeAfterAProbeThatFailed() {
    healthy(60, 80);
    begin();
    long whole = SECOND * 50 / 80 * 2 / 5; // 0.4 of a probe for each 50 healthy calls
    List<Long> afterRelapses = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      settle(probe(), Sample.GOOD);
      while (comeback.state().kind() == Kind.RAMPING) {
        now += SECOND / 20;
        long permit = admit();
        if (permit >= 0) {
          settle(permit, Sample.BAD);
        }
      }
      afterRelapses.add(comeback.coolDownNanos(now));
      settle(probe(), Sample.BAD);
      assertThat(comeback.coolDownNanos(now)).isBetween(whole * 7 / 10 - 1, whole * 13 / 10);
    }
    assertThat(afterRelapses)
        .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(whole))
        .anySatisfy(wait -> assertThat(wait).isLessThan(whole / 2));
  }
}
