package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.failback.Comeback.Sample;
import dev.evenkeel.testkit.ScriptedCall;
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
  private final Baseline baseline = new Baseline(now);
  private final Comeback comeback = new Comeback(
      Failback.standard(),
      baseline,
      new AtomicLong()::incrementAndGet,
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
}
