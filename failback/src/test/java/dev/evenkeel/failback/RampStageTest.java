package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.failback.Comeback.Sample;
import dev.evenkeel.failback.RampController.Decision;
import dev.evenkeel.testkit.ScriptedCall;
import org.junit.jupiter.api.Test;

class RampStageTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = SECOND / 5;
  private static final long LATENCY = SECOND / 20;
  private static final long LEASE = 5 * SECOND;
  private static final long EPOCH = 7;

  private long now = Long.MAX_VALUE - SECOND / 10; // wraps around
  private RampController controller;

  /** Of a process with 1,000 calls/s of 50 ms: it begins with a quarter of them, 15 in flight. */
  private RampStage stage(double demand) {
    controller = Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, demand, 1, now);
    return new RampStage(EPOCH, controller, now + STEP, now);
  }

  /** One that has not borne more than that, so that silence is no reason to grow. */
  private RampStage carefulStage(double demand) {
    controller = Ramps.ramp(Failback.standard(), 1_000, LATENCY, LATENCY, demand, 0.25, now);
    return new RampStage(EPOCH, controller, now + STEP, now);
  }

  private long admit(RampStage stage, double draw) {
    return stage.admit(ScriptedCall.drawing(draw), now);
  }

  private void admitAll(RampStage stage, int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(admit(stage, 0)).as("call %s", i).isEqualTo(EPOCH);
    }
  }

  private void settleAll(RampStage stage, int calls, Sample sample, long nanos) {
    for (int i = 0; i < calls; i++) {
      stage.settle(sample, nanos, now);
    }
  }

  private Decision step(RampStage stage, long elapsed) {
    now += elapsed;
    return stage.step(now, now + STEP, 0);
  }

  @Test
  void beginning_isThatOfTheController() {
    RampStage stage = stage(1_000);
    assertThat(stage.state()).isEqualTo(GateState.ramping(0.25));
    assertThat(stage.lesson().goodLevel()).isEqualTo(1);
  }

  @Test
  void stateTells_whatPartOfTheCallsGetsThrough_notOfTheHealthyRate() {
    assertThat(stage(500).state()).as("half of what was healthy").isEqualTo(GateState.ramping(0.5));
    assertThat(stage(2_000).state()).as("twice").isEqualTo(GateState.ramping(0.125));
    assertThat(stage(100).state()).as("a tenth").isEqualTo(GateState.ramping(1));
  }

  @Test
  void stateTells_whatWasRefusedBecauseAsManyAsAllowedAreInFlight() {
    RampStage stage = carefulStage(100); // 15 may be in flight, each with probability 1
    for (int round = 0; round < 5; round++) {
      admitAll(stage, 15);
      for (int i = 0; i < 45; i++) {
        assertThat(admit(stage, 0)).isNegative();
      }
      settleAll(stage, 15, Sample.NONE, LATENCY);
      step(stage, STEP);
    }
    assertThat(stage.state().share()).isCloseTo(0.25, within(0.02));
  }

  @Test
  void call_isAdmittedIfItsDrawIsBelowTheProbability() {
    RampStage stage = stage(1_000);
    assertThat(admit(stage, 0)).isEqualTo(EPOCH);
    assertThat(admit(stage, Math.nextDown(0.25))).isEqualTo(EPOCH);
    assertThat(Refusal.reason(admit(stage, 0.25))).isEqualTo(RefusalReason.CIRCUIT_RAMPING);
    assertThat(Refusal.reason(admit(stage, 0.99))).isEqualTo(RefusalReason.CIRCUIT_RAMPING);
  }

  @Test
  void call_isAdmittedWhateverItsDraw_ifNoMoreIsAskedForThanTheShare() {
    assertThat(admit(stage(250), Math.nextDown(1.0))).isEqualTo(EPOCH);
  }

  @Test
  void refusal_saysWhenTheNextStepIs() {
    RampStage stage = stage(1_000);
    now += SECOND / 20;
    assertThat(Refusal.retryAfterNanos(admit(stage, 0.9))).isEqualTo(STEP - SECOND / 20);
  }

  @Test
  void callsInFlight_areBounded_andEachThatSettlesMakesRoomForOne() {
    RampStage stage = stage(100);
    admitAll(stage, 15);
    long refusal = admit(stage, 0);
    assertThat(Refusal.reason(refusal)).isEqualTo(RefusalReason.CIRCUIT_RAMPING);
    assertThat(Refusal.retryAfterNanos(refusal)).isEqualTo(STEP);
    settleAll(stage, 1, Sample.NONE, LATENCY);
    admitAll(stage, 1);
    assertThat(admit(stage, 0)).isNegative();
  }

  @Test
  void step_tellsWhatWasAskedFor_refusedOrNot() {
    RampStage stage = carefulStage(1_000);
    admitAll(stage, 10);
    for (int i = 0; i < 50; i++) {
      assertThat(admit(stage, 0.9)).isNegative();
    }
    assertThat(step(stage, SECOND)).isEqualTo(Decision.CONTINUE);
    double demand = 1_000 - (1 - Math.exp(-0.2)) * (1_000 - 60); // averaged over 5 s
    double probability = 250 / demand;
    assertThat(admit(stage, probability - 1e-9)).isEqualTo(EPOCH);
    assertThat(admit(stage, probability + 1e-9)).isNegative();
  }

  @Test
  void step_growsIfSomethingWasRefused() {
    RampStage stage = stage(100);
    admitAll(stage, 15);
    assertThat(admit(stage, 0)).as("the bound").isNegative();
    settleAll(stage, 15, Sample.GOOD, LATENCY);
    step(stage, STEP);
    assertThat(controller.share()).isEqualTo(0.5);
    admitAll(stage, 27);
    assertThat(admit(stage, 0)).as("half of 50, and two").isNegative();
  }

  @Test
  void step_doesNotGrowIfNothingWasRefused() {
    RampStage stage = stage(100);
    admitAll(stage, 15);
    settleAll(stage, 15, Sample.GOOD, LATENCY);
    step(stage, STEP);
    assertThat(controller.share()).isEqualTo(0.25);
  }

  @Test
  void step_tellsTheLatencyOfTheGoodCalls() {
    RampStage stage = stage(100);
    admitAll(stage, 15);
    assertThat(admit(stage, 0)).isNegative();
    settleAll(stage, 15, Sample.GOOD, 3 * LATENCY);
    step(stage, STEP);
    double mean = (2 * 1 + 15 * 3) / 17.0; // the beginning stands for two samples
    assertThat(controller.share()).isCloseTo(0.5 / mean, within(1e-9));
  }

  @Test
  void step_tellsEachSumOnce() {
    RampStage stage = carefulStage(100);
    admitAll(stage, 15);
    assertThat(admit(stage, 0)).isNegative();
    settleAll(stage, 15, Sample.GOOD, LATENCY);
    step(stage, STEP);
    step(stage, STEP);
    assertThat(controller.share()).as("no sample, no growth").isEqualTo(0.5);
  }

  @Test
  void callsThatSayNothing_areNoSamples() {
    RampStage stage = carefulStage(1_000);
    admitAll(stage, 10);
    assertThat(admit(stage, 0.9)).isNegative();
    settleAll(stage, 10, Sample.NONE, 9 * LATENCY);
    assertThat(step(stage, STEP)).isEqualTo(Decision.CONTINUE);
    assertThat(controller.share()).isEqualTo(0.25);
  }

  @Test
  void callsThatFail_areARelapse_andSayNothingOfTheLatency() {
    RampStage stage = stage(1_000);
    admitAll(stage, 5);
    settleAll(stage, 5, Sample.BAD, 9 * LATENCY);
    assertThat(step(stage, STEP)).isEqualTo(Decision.RELAPSE);
    assertThat(controller.share()).isEqualTo(0.25);
  }

  @Test
  void stuck_isAFullRampFromWhichNothingCameBackForALease() {
    RampStage stage = stage(100);
    admitAll(stage, 14);
    assertThat(stage.isStuck(now + 2 * LEASE, LEASE, 0)).as("not full").isFalse();
    admitAll(stage, 1);
    assertThat(stage.isStuck(now + LEASE - 1, LEASE, 0)).isFalse();
    assertThat(stage.isStuck(now + LEASE, LEASE, 0)).isTrue();
  }

  @Test
  void stuck_countsFromTheLastCallThatCameBack() {
    RampStage stage = stage(100);
    admitAll(stage, 15);
    now += LEASE - 1;
    settleAll(stage, 1, Sample.NONE, LATENCY);
    admitAll(stage, 1);
    assertThat(stage.isStuck(now + LEASE - 1, LEASE, 0)).isFalse();
    assertThat(stage.isStuck(now + LEASE, LEASE, 0)).isTrue();
  }

  @Test
  void step_isDueToTheNanosecond_andTheNextOneWhenItSays() {
    RampStage stage = stage(1_000);
    assertThat(stage.isStepDue(now + STEP - 1)).isFalse();
    assertThat(stage.isStepDue(now + STEP)).isTrue();
    step(stage, STEP);
    assertThat(stage.isStepDue(now + STEP - 1)).isFalse();
    assertThat(stage.isStepDue(now + STEP)).isTrue();
  }

  /** Of calls of four seconds: two in flight, half of one in healthy times. */
  private RampStage slowStage() {
    RampController controller =
        Ramps.ramp(Failback.standard(), 1, 4 * SECOND, 4 * SECOND, 1, 1, now);
    return new RampStage(EPOCH, controller, now + STEP, now);
  }

  @Test
  void stuck_isThreeTimesWhatCallsTake_ifThatIsLongerThanALease() {
    RampStage stage = slowStage();
    while (admit(stage, 0) >= 0) {
      now++;
    }
    now--; // it has been full since the last that was let through
    assertThat(stage.isStuck(now + 12 * SECOND - 1, LEASE, 0)).isFalse();
    assertThat(stage.isStuck(now + 12 * SECOND, LEASE, 0)).isTrue();
  }

  @Test
  void stuck_notBeforeThreeTimesWhatCallsTookThatCameBackAllTheSame() {
    RampStage stage = stage(100);
    admitAll(stage, 15);
    assertThat(stage.isStuck(now + 30 * SECOND - 1, LEASE, 10e9)).isFalse();
    assertThat(stage.isStuck(now + 30 * SECOND, LEASE, 10e9)).isTrue();
  }

  @Test
  void stuck_countsFromTheCallThatMadeItFull_howeverLongNothingCameBackBefore() {
    RampStage stage = stage(100);
    admitAll(stage, 14);
    now += 3 * LEASE;
    admitAll(stage, 1);
    assertThat(stage.isStuck(now, LEASE, 0)).isFalse();
    assertThat(stage.isStuck(now + LEASE - 1, LEASE, 0)).isFalse();
    assertThat(stage.isStuck(now + LEASE, LEASE, 0)).isTrue();
  }

  @Test
  void step_tellsHowTheLatenciesScatter_andWhatIsUnderWay() {
    RampStage stage = stage(1_000);
    admitAll(stage, 12);
    settleAll(stage, 5, Sample.BAD, 1);
    assertThat(step(stage, STEP)).as("of five and seven under way").isEqualTo(Decision.CONTINUE);
  }

  @Test
  void step_failuresThatTookAsLongAsSuccesses_areNotWeighedAgainstWhatIsUnderWay() {
    RampStage stage = stage(1_000);
    admitAll(stage, 12);
    settleAll(stage, 5, Sample.BAD, LATENCY);
    assertThat(step(stage, STEP)).as("all of five").isEqualTo(Decision.RELAPSE);
  }
}
