package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.failback.FleetView.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A way back that hears of others. */
class ComebackFleetTest {

  private static final long SECOND = 1_000_000_000L;

  private final StubFleet fleet = new StubFleet();
  private final List<GateState.Kind> states = new ArrayList<>();
  private final Baseline baseline = new Baseline(Tolerance.STANDARD, 0);
  private final Comeback comeback = new Comeback(
      Failback.standard(),
      Tolerance.STANDARD,
      baseline,
      new AtomicLong()::incrementAndGet,
      new Object(),
      (from, to, reason, nowNanos) -> states.add(to.kind()),
      fleet);
  private long now;

  private void begin() {
    comeback.begin("the test", Long.MAX_VALUE, now);
  }

  private void heed() {
    comeback.heed(Long.MIN_VALUE, now); // half of all numbers are smaller
  }

  private MemberReport report() {
    return comeback.report(baseline.memory(), 0, now);
  }

  @Test
  void begun_tellsTheOthers() {
    begin();
    assertThat(fleet.news).isEqualTo(1);
    assertThat(report().kind()).isEqualTo(GateState.Kind.OPEN);
  }

  @Test
  void fleetIsOpen_probesByItsPace() {
    begin();
    assertThat(comeback.coolDownNanos(now)).isLessThan(StubFleet.PROBE_WAIT / 4);
    fleet.does(Kind.OPEN, 1, 0, now);
    heed();
    assertThat(comeback.coolDownNanos(now)).isEqualTo(StubFleet.PROBE_WAIT / 2);
    now += SECOND;
    heed();
    assertThat(comeback.coolDownNanos(now))
        .as("once for each outage")
        .isEqualTo(StubFleet.PROBE_WAIT / 2 - SECOND);
  }

  @Test
  void nothingIsHeardAnyMore_probesByItsOwnPace() {
    begin();
    fleet.does(Kind.OPEN, 1, 0, now);
    heed();
    now += 11 * SECOND;
    heed();
    assertThat(comeback.coolDownNanos(now)).isLessThan(StubFleet.PROBE_WAIT / 4);
  }

  @Test
  void fleetRamps_rampsToo() {
    begin();
    fleet.does(Kind.OPEN, 1, 0, now);
    heed();
    fleet.does(Kind.RAMPING, 1, 0.3, now);
    heed();
    assertThat(states).containsExactly(GateState.Kind.OPEN, GateState.Kind.RAMPING);
    assertThat(report().round()).isEqualTo(1);
    assertThat(report().probability()).isEqualTo(0.3);
    fleet.does(Kind.CLOSED, 1, 1, now);
    now += 1;
    heed();
    assertThat(comeback.state()).isEqualTo(GateState.CLOSED);
    assertThat(states).last().isEqualTo(GateState.Kind.CLOSED);
  }

  @Test
  void eachRampsByItself_beginsAtItsTurn() {
    begin();
    fleet.letsEachRamp(1, 8_000_000_000L, now);
    comeback.heed(Long.MIN_VALUE, now); // the half of 8 s
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
    now += 3_999_000_000L;
    fleet.letsEachRamp(1, 8_000_000_000L, now);
    comeback.heed(0, now);
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
    now += 2_000_000L;
    comeback.heed(0, now);
    assertThat(comeback.state().kind()).isEqualTo(GateState.Kind.RAMPING);
  }

  @Test
  void tripsWhileTheOthersRamp_staysOpen_untilTheirNextRound() {
    fleet.does(Kind.RAMPING, 1, 0.3, now);
    begin();
    heed();
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
    assertThat(report().round()).as("the one it fails on").isEqualTo(1);
    fleet.does(Kind.OPEN, 2, 0, now);
    heed();
    fleet.does(Kind.RAMPING, 2, 0.3, now);
    heed();
    assertThat(comeback.state().kind()).isEqualTo(GateState.Kind.RAMPING);
  }

  @Test
  void failsOnTheFleetsRamp_isNotTakenBackToIt() {
    begin();
    fleet.does(Kind.RAMPING, 1, 0.3, now);
    heed();
    assertThat(comeback.state().kind()).isEqualTo(GateState.Kind.RAMPING);
    comeback.relapse(2, false, "its own window", 0, now);
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
    heed();
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
  }

  @Test
  void fleetOpensAgain_opensAndComesBackWithIt() {
    begin();
    fleet.does(Kind.RAMPING, 1, 0.3, now);
    heed();
    fleet.does(Kind.OPEN, 2, 0, now);
    now += 1;
    heed();
    assertThat(comeback.state()).isEqualTo(GateState.OPEN);
    fleet.does(Kind.RAMPING, 2, 0.2, now);
    heed();
    assertThat(report().probability()).isEqualTo(0.2);
  }
}
