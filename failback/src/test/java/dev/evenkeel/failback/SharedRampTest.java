package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.failback.FleetView.Kind;
import dev.evenkeel.failback.RampController.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedRampTest {

  private static final long STEP = 200_000_000L;
  private static final Memory MEMORY = new Memory(100, 50e6, 0, 0, 100);

  private final StubFleet fleet = new StubFleet();
  private long now;

  private SharedRamp ramp() {
    return new SharedRamp(
        fleet,
        new Baseline(Tolerance.STANDARD, now),
        time -> new RampController(
            Failback.standard(), Tolerance.STANDARD, MEMORY, 0, Lesson.NONE, time),
        50e6,
        now);
  }

  private Decision step(SharedRamp ramp) {
    return step(ramp, 10);
  }

  private Decision step(SharedRamp ramp, long good) {
    now += STEP;
    return ramp.step(now, new StepSums(2 * good, good, good, 0, 50e6 * good, 0, good, 0, 0, 1));
  }

  @Test
  void fleetRamps_admitsWhatItSays() {
    fleet.does(Kind.RAMPING, 1, 0.37, now);
    SharedRamp ramp = ramp();
    assertThat(ramp.admitProbability()).isEqualTo(0.37);
    fleet.does(Kind.RAMPING, 1, 0.6, now);
    assertThat(ramp.hasNews()).isTrue();
    assertThat(step(ramp)).isEqualTo(Decision.CONTINUE);
    assertThat(ramp.hasNews()).isFalse();
    assertThat(ramp.admitProbability()).isEqualTo(0.6);
    assertThat(ramp.isFollowing()).isTrue();
  }

  @Test
  void fleetIsOpen_ownProbeSucceeded_rampsAloneUntilTheyCome() {
    fleet.does(Kind.OPEN, 1, 0, now);
    SharedRamp ramp = ramp();
    assertThat(ramp.isFollowing()).isFalse();
    assertThat(step(ramp)).isEqualTo(Decision.CONTINUE);
    assertThat(ramp.admitProbability()).isPositive();
    fleet.does(Kind.RAMPING, 1, 0.2, now);
    step(ramp);
    assertThat(ramp.admitProbability()).isEqualTo(0.2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9, 1})
  void nothingIsHeardAnyMore_goesOnAloneFromAtMostHalf(double share) {
    fleet.does(Kind.RAMPING, 1, share, now);
    SharedRamp ramp = ramp();
    step(ramp);
    now += 10_000_000_000L;
    assertThat(step(ramp)).isEqualTo(Decision.CONTINUE);
    assertThat(ramp.isFollowing()).isFalse();
    assertThat(ramp.admitProbability()).isCloseTo(Math.min(0.5, share), within(0.01));
  }

  @Test
  void nothingIsHeardAndThenAgain_followsAgain() {
    fleet.does(Kind.RAMPING, 1, 0.4, now);
    SharedRamp ramp = ramp();
    now += 10_000_000_000L;
    step(ramp);
    fleet.does(Kind.RAMPING, 1, 0.7, now);
    step(ramp);
    assertThat(ramp.isFollowing()).isTrue();
    assertThat(ramp.admitProbability()).isEqualTo(0.7);
  }

  @Test
  void eachRampsByItself_goesByItsOwnAnswers_toItsOwnEnd() {
    fleet.letsEachRamp(1, 0, now);
    SharedRamp ramp = ramp();
    assertThat(ramp.isFollowing()).isFalse();
    assertThat(ramp.admitProbability()).isLessThan(1);
    fleet.does(Kind.CLOSED, 1, 1, now); // the others are done
    assertThat(step(ramp)).isEqualTo(Decision.CONTINUE);
    Decision decision = Decision.CONTINUE;
    for (int i = 0; i < 100 && decision == Decision.CONTINUE; i++) {
      now += STEP;
      decision = ramp.step(now, new StepSums(20, 0, 20, 0, 20 * 50e6, 0, 20, 0, 0, 1));
    }
    assertThat(decision).isEqualTo(Decision.EXIT);
  }

  @Test
  void eachRampsByItself_opensWithTheOthers_ifMostHaveRelapsed() {
    fleet.letsEachRamp(1, 0, now);
    SharedRamp ramp = ramp();
    step(ramp);
    fleet.does(Kind.OPEN, 2, 0, now);
    assertThat(step(ramp)).isEqualTo(Decision.RELAPSE);
  }

  @Test
  void fleetCloses_exits() {
    fleet.does(Kind.RAMPING, 1, 0.9, now);
    SharedRamp ramp = ramp();
    step(ramp);
    fleet.does(Kind.CLOSED, 1, 1, now);
    assertThat(step(ramp)).isEqualTo(Decision.EXIT);
  }

  /** The others are well, and never were away: that says nothing about this member. */
  @Test
  void fleetIsClosed_andWasNotFollowed_rampsAlone() {
    fleet.does(Kind.CLOSED, 1, 1, now);
    SharedRamp ramp = ramp();
    assertThat(step(ramp)).isEqualTo(Decision.CONTINUE);
    assertThat(ramp.admitProbability()).isLessThan(1);
  }

  @Test
  void fleetOpensAgain_relapses() {
    fleet.does(Kind.RAMPING, 1, 0.9, now);
    SharedRamp ramp = ramp();
    step(ramp);
    fleet.does(Kind.OPEN, 2, 0, now);
    assertThat(step(ramp)).isEqualTo(Decision.RELAPSE);
  }

  @Test
  void sums_areOfTheWholeRamp() {
    fleet.does(Kind.RAMPING, 1, 0.5, now);
    SharedRamp ramp = ramp();
    step(ramp, 10);
    step(ramp, 7);
    assertThat(ramp.sums().good()).isEqualTo(17);
    assertThat(ramp.sums().judged()).isEqualTo(17);
    assertThat(ramp.round()).isEqualTo(1);
  }

  @Test
  void newTrial_judgesOnlyWhatBeganSince() {
    fleet.does(Kind.RAMPING, 1, 0.5, 3, now);
    SharedRamp ramp = ramp();
    step(ramp, 10);
    fleet.does(Kind.RAMPING, 1, 0.5, 4, now);
    step(ramp, 7);
    assertThat(ramp.sums().good()).isEqualTo(17);
    assertThat(ramp.sums().judged()).isZero();
    assertThat(ramp.judgedFromNanos()).isEqualTo(now);
    assertThat(ramp.trial()).isEqualTo(4);
  }

  @Test
  void smallMember_mayHaveSomeInFlight() {
    fleet.does(Kind.RAMPING, 1, 1, now);
    assertThat(ramp().maxInFlight()).isBetween(2, 5);
  }
}
