package dev.evenkeel.fleet;

import static dev.evenkeel.fleet.Rows.calls;
import static dev.evenkeel.fleet.Rows.following;
import static dev.evenkeel.fleet.Rows.idle;
import static dev.evenkeel.fleet.Rows.open;
import static dev.evenkeel.fleet.Rows.well;
import static dev.evenkeel.fleet.Rows.witness;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.failback.FleetView.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaderTest {

  private static final long SECOND = 1_000_000_000L;

  private final Leader leader = new Leader(new StubMember());
  private SharedState state = SharedState.NEW.by("me", 1, 3);
  private long now;

  private SharedState step(Row... rows) {
    return step(Arrays.asList(rows));
  }

  private SharedState step(List<Row> rows) {
    now += SECOND / 4;
    state = leader.step(state, rows, now);
    return state;
  }

  @Test
  void closed_oneOfThreeIsOpen_staysClosed() {
    assertThat(step(open("a"), well("b"), well("c")).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void closed_mostAreOpen_opens() {
    assertThat(step(open("a"), open("b"), well("c")).kind()).isEqualTo(Kind.OPEN);
    assertThat(state.round()).isEqualTo(1);
    assertThat(state.probability()).isZero();
  }

  @Test
  void closed_whoHasNoCalls_hasNoVote() {
    assertThat(step(open("a"), idle("b"), idle("c")).kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void closed_manyFailButNoneHasTripped_staysClosed() {
    Row failing = Rows.row("a", GateState.Kind.CLOSED, 0, 0, 10);
    assertThat(step(failing).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void closed_oldReports_haveNoVote() {
    Row old = new Row("b", Leader.VOTE_NANOS, well("b").report());
    assertThat(step(open("a"), old, old).kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void closed_heldByHand_hasNoVote() {
    Row held = Rows.row("a", GateState.Kind.FORCED_OPEN, 0, 0, 0);
    assertThat(step(held, held, well("b")).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void open_probes_areSharedOut() {
    List<Row> rows = Rows.some(100, i -> open("m" + i));
    state = state.by("me", 1, 100);
    // 1,000 calls/s: half of 2 % of them is 10 probes a second, of 100 members one in 10 s each.
    assertThat(step(rows).waitNanos()).isEqualTo(10 * SECOND);
  }

  @Test
  void open_oneWitness_isBelieved() {
    step(open("a"), open("b"), open("c"));
    assertThat(step(open("a"), open("b"), witness("c")).kind()).isEqualTo(Kind.RAMPING);
    assertThat(state.round()).isEqualTo(1);
    assertThat(state.probability()).isBetween(0.01, 0.9);
  }

  @Test
  void littleInFlight_eachRampsByItself_oneAfterTheOther() {
    state = state.by("me", 1, 40);
    List<Row> rows = Rows.some(40, i -> Rows.little("m" + i, GateState.Kind.OPEN, 0));
    assertThat(step(rows).waitNanos()).as("0.5 probes a second").isEqualTo(60 * SECOND);
    rows.set(0, Rows.little("m0", GateState.Kind.RAMPING, 0));
    assertThat(step(rows).kind()).isEqualTo(Kind.RAMPING);
    assertThat(state.isEachAlone()).isTrue();
    // 2 calls are in flight in healthy times: twice that at a time, a second each
    assertThat(state.waitNanos()).isEqualTo(9 * SECOND);
    assertThat(step(rows)).as("goes on").isEqualTo(state);

    List<Row> relapsed = Rows.some(20, i -> Rows.little("m" + i, GateState.Kind.OPEN, 1));
    relapsed.addAll(Rows.some(20, i -> well("w" + i)));
    assertThat(step(relapsed).isEachAlone()).as("half of them").isTrue();
    relapsed.set(20, Rows.little("x", GateState.Kind.OPEN, 1));
    assertThat(step(relapsed).kind()).isEqualTo(Kind.OPEN);
    assertThat(state.relapses()).isEqualTo(1);
  }

  @Test
  void eachRampsByItself_isOver_whenAllAreClosed() {
    step(Rows.some(3, i -> Rows.little("m" + i, GateState.Kind.OPEN, 0)));
    step(Rows.some(3, i -> Rows.little("m" + i, GateState.Kind.RAMPING, 0)));
    assertThat(state.isEachAlone()).isTrue();
    assertThat(state.waitNanos()).isEqualTo(2 * SECOND);
    assertThat(step(Rows.some(3, i -> idle("m" + i))).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void open_whoIsStillOnTheLastRamp_isNoWitness() {
    step(open("a"), open("b"));
    step(open("a"), witness("b"));
    assertThat(relapse().kind()).isEqualTo(Kind.OPEN);
    Row late = following("b", state.round() - 1, calls(1, 0, 1));
    assertThat(step(open("a"), late).kind()).isEqualTo(Kind.OPEN);
  }

  private SharedState relapse() {
    long round = state.round();
    return step(
        Rows.row("a", GateState.Kind.OPEN, round, 0, 0),
        Rows.row("b", GateState.Kind.OPEN, round, 0, 0));
  }

  @Test
  void open_afterARelapse_twoWitnessesAreNeeded() {
    List<Row> all = Rows.some(8, i -> open("m" + i));
    step(all);
    step(open("a"), open("b"), witness("c"));
    relapse();
    assertThat(state.relapses()).isEqualTo(1);
    assertThat(state.round()).as("the next one").isEqualTo(2);
    List<Row> one = new ArrayList<>(all);
    one.set(0, witness("m0"));
    assertThat(step(one).kind()).isEqualTo(Kind.OPEN);
    one.set(1, witness("m1"));
    assertThat(step(one).kind()).isEqualTo(Kind.RAMPING);
  }

  @Test
  void open_mostAreWellAgain_closes() {
    step(open("a"), open("b"));
    assertThat(step(well("a"), well("b"), well("c"), well("d")).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void ramping_mostCallsFail_opensAgain() {
    step(open("a"), open("b"));
    step(open("a"), witness("b"));
    long round = state.round();
    step(following("a", round, calls(20, 0, 20)), following("b", round, calls(20, 0, 20)));
    assertThat(state.kind()).isEqualTo(Kind.OPEN);
    assertThat(state.relapses()).isEqualTo(1);
  }

  @Test
  void ramping_nobodyIsOnTheWayAnyMore_closes() {
    step(open("a"), open("b"));
    step(open("a"), witness("b"));
    assertThat(step(well("a"), well("b")).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void ramping_silence_keepsTheRamp() {
    step(open("a"), open("b"));
    step(open("a"), witness("b"));
    assertThat(step(List.of()).kind()).isEqualTo(Kind.RAMPING);
  }

  @Test
  void ramping_allIsWell_closesWithinHalfAMinute() {
    step(open("a"), open("b"));
    step(open("a"), witness("b"));
    long round = state.round();
    long good = 0;
    for (int i = 0; i < 120 && state.kind() == Kind.RAMPING; i++) {
      good += 3;
      long offered = state.probability() < 1 ? good + 1 : good;
      step(
          following("a", round, calls(offered, good, 0)),
          following("b", round, calls(offered, good, 0)));
    }
    assertThat(state.kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void ramping_takenOver_goesOnFromTheShareInForce() {
    SharedState published = state.open(0, SECOND, 50e6).ramping(0.4, 1.5, 3, 50e6, 150e6);
    Leader next = new Leader(new StubMember());
    SharedState after =
        next.step(published, Rows.some(20, i -> following("m" + i, 1, calls(10, 4, 0))), SECOND);
    assertThat(after.kind()).isEqualTo(Kind.RAMPING);
    assertThat(after.round()).isEqualTo(published.round());
    assertThat(after.probability()).isBetween(0.35, 0.45);
    assertThat(after.trial()).isGreaterThan(3);
  }
}
