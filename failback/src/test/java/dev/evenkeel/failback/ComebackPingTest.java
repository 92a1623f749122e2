package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.failback.Comeback.Sample;
import dev.evenkeel.testkit.ScriptedCall;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Pings on the way back, beside calls. */
class ComebackPingTest {

  private static final long SECOND = 1_000_000_000L;

  private final ScriptedCall call = ScriptedCall.drawing(0);
  private final ScriptedCall ping = ScriptedCall.drawing(0.5);
  private long now = Long.MAX_VALUE - 30 * SECOND; // wraps around on the way
  private final Baseline baseline = new Baseline(Tolerance.STANDARD, now);
  private String reason = "";
  private final Comeback comeback = new Comeback(
      Failback.standard(),
      new Tolerance(0.5, 0.5, SECOND, 60),
      baseline,
      new AtomicLong()::incrementAndGet,
      new Object(),
      (from, to, why, at) -> reason = why);

  private long admitPing() {
    return comeback.admitPing(ping, now);
  }

  private long pingAfterTheCoolDown() {
    comeback.begin("test", 0, now);
    now += 20 * SECOND;
    long permit = admitPing();
    assertThat(permit).isNotNegative();
    assertThat(comeback.state()).isEqualTo(GateState.PROBING);
    return permit;
  }

  @Test
  void ping_isRefusedWhileItIsOpen_andToldWhenToAsk() {
    comeback.begin("test", 0, now);
    long refusal = admitPing();
    assertThat(Refusal.reason(refusal)).isEqualTo(RefusalReason.CIRCUIT_OPEN);
    assertThat(Refusal.retryAfterNanos(refusal)).isBetween(SECOND / 20, 15 * SECOND);
  }

  @Test
  void pingThatSucceeds_beginsTheRamp_andIsNeededNoMore() {
    long permit = pingAfterTheCoolDown();
    assertThat(comeback.settlePing(ping, permit, Sample.GOOD, now)).isTrue();
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
    assertThat(reason).startsWith("the ping succeeded; ");
    assertThat(Refusal.reason(admitPing())).isEqualTo(RefusalReason.CIRCUIT_RAMPING);
  }

  @Test
  void pingThatFails_opensAgain_andOneThatSaidNothingGivesItsPlaceBack() {
    long permit = pingAfterTheCoolDown();
    comeback.settlePing(ping, permit, Sample.NONE, now);
    assertThat(admitPing()).isEqualTo(permit);
    comeback.settlePing(ping, permit, Sample.BAD, now);
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void pingOfAnEarlierState_changesNothing() {
    long permit = pingAfterTheCoolDown();
    comeback.settlePing(ping, permit, Sample.BAD, now);
    assertThat(comeback.settlePing(ping, permit, Sample.GOOD, now)).isFalse();
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void ping_isNoDemand() {
    long permit = pingAfterTheCoolDown();
    comeback.settlePing(ping, permit, Sample.GOOD, now);
    assertThat(baseline.memory().demand()).isZero();
    assertThat(comeback.refusedCalls()).isZero();
  }

  @Test
  void pingIsSlowAsOftenAsItLikes_aCallThatIsSlowIsNoGoodNews() {
    long permit = pingAfterTheCoolDown();
    now += 3 * SECOND;
    comeback.settlePing(ping, permit, Sample.GOOD, now);
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
    comeback.begin("test", 0, now);
    now += 20 * SECOND;
    permit = comeback.admit(call, now);
    comeback.settle(call, permit, Sample.GOOD, 3 * SECOND, now);
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
    assertThat(reason).startsWith("the probe was slow; ");
  }

  private void relapse() {
    for (int i = 0; i < 1_000 && comeback.state().kind() == Kind.RAMPING; i++) {
      now += SECOND / 20;
      long permit = comeback.admit(call, now);
      if (permit >= 0) {
        comeback.settle(call, permit, Sample.BAD, 0, now);
      }
    }
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void pingThatSaidYesWhileCallsSaidNo_leavesTheNextProbeToACall() {
    comeback.settlePing(ping, pingAfterTheCoolDown(), Sample.GOOD, now);
    relapse();
    now += 20 * SECOND;
    long refusal = admitPing();
    assertThat(Refusal.reason(refusal)).isEqualTo(RefusalReason.CIRCUIT_PROBING);
    assertThat(Refusal.retryAfterNanos(refusal)).isBetween(38 * SECOND, 41 * SECOND);
    long permit = comeback.admit(call, now);
    assertThat(permit).isNotNegative();
    comeback.settle(call, permit, Sample.GOOD, SECOND / 20, now);
    assertThat(comeback.state().kind()).isEqualTo(Kind.RAMPING);
    relapse();
    now += 20 * SECOND;
    assertThat(admitPing()).as("the call was as wrong").isNotNegative();
  }

  @Test
  void pingThatWasWrong_decidesAgainWhenThereAreNoMoreCalls() {
    comeback.settlePing(ping, pingAfterTheCoolDown(), Sample.GOOD, now);
    relapse();
    now += 61 * SECOND;
    assertThat(admitPing()).isNotNegative();
  }

  @Test
  void ping_hasTheLeaseOfAProbe() {
    assertThat(comeback.leaseNanos()).isEqualTo(5 * SECOND);
    pingAfterTheCoolDown();
    long refusal = admitPing();
    assertThat(Refusal.reason(refusal)).isEqualTo(RefusalReason.CIRCUIT_PROBING);
    assertThat(Refusal.retryAfterNanos(refusal)).isEqualTo(5 * SECOND);
    now += 5 * SECOND;
    assertThat(comeback.admit(call, now)).as("a call may go beside it").isNotNegative();
  }

  @Test
  void refusedCalls_areCounted() {
    comeback.begin("test", 0, now);
    for (int i = 0; i < 7; i++) {
      assertThat(comeback.admit(call, now)).isNegative();
    }
    assertThat(comeback.refusedCalls()).isEqualTo(7);
    assertThat(comeback.why()).isEqualTo("OPEN");
  }
}
