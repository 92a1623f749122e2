package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.failback.FleetMembership;
import dev.evenkeel.failback.FleetView.Kind;
import dev.evenkeel.failback.StepSums;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members, their exchanges and their store, in time that is moved by hand. */
class FleetTest {

  private static final Duration CALM = Duration.ofSeconds(10);

  private final ManualKernel kernel = ManualKernel.withSeed(7);
  private final FaultyStore store = new FaultyStore(new InProcessFleetStore(kernel));
  private final List<FleetChange.Kind> changes = new ArrayList<>();

  private record Seat(StubMember member, FleetMembership membership, Fleet fleet) {

    void is(GateState.Kind kind, long round) {
      member.report = Rows.report(kind, round, 0, 0, StepSums.NOTHING);
      membership.changed();
    }

    void follows(long round, long good) {
      member.report =
          Rows.report(GateState.Kind.RAMPING, round, 0, 0, Rows.calls(good + 1, good, 0));
    }

    Kind kind(long nowNanos) {
      return membership.view().at(nowNanos).kind();
    }
  }

  private Seat join(String name) {
    return join(name, kernel);
  }

  private Seat join(String name, Kernel time) {
    Fleet fleet = Fleet.builder(store)
        .member(name)
        .onChange(change -> changes.add(change.kind()))
        .build();
    StubMember member = new StubMember();
    FleetMembership membership = fleet.dependency("inventory").join(member, attachment(time));
    return new Seat(member, membership, fleet);
  }

  private static Attachment attachment(Kernel time) {
    return new Attachment() {
      @Override
      public String pipelineName() {
        return "inventory";
      }

      @Override
      public Kernel kernel() {
        return time;
      }

      @Override
      public boolean isLogged() {
        return false;
      }

      @Override
      public void stateChanged(StateChange change) {}
    };
  }

  private Kind kind(Seat seat) {
    return seat.kind(kernel.nanoTime());
  }

  private void pass(long millis) {
    kernel.advance(Duration.ofMillis(millis));
  }

  private List<Seat> openFleet() {
    List<Seat> seats = List.of(join("a"), join("b"), join("c"));
    kernel.advance(CALM);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.CLOSED));
    seats.forEach(seat -> seat.is(GateState.Kind.OPEN, 0));
    pass(1_000);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.OPEN));
    return seats;
  }

  /** A fleet on its ramp, 1 s after it began. */
  private List<Seat> rampingFleet() {
    List<Seat> seats = openFleet();
    seats.get(1).is(GateState.Kind.RAMPING, 0);
    pass(1_000);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.RAMPING));
    seats.forEach(seat -> seat.follows(seat.membership().view().round(), 1));
    return seats;
  }

  @Test
  void status_saysHowABreakerStands() {
    List<Seat> seats = rampingFleet();
    FleetStatus ramping = seats.get(0).fleet().status().get(0);
    assertThat(ramping.dependency()).isEqualTo("inventory");
    assertThat(ramping.kind()).isEqualTo(Kind.RAMPING);
    assertThat(ramping.share()).isEqualTo(seats.get(0).membership().view().probability());
    assertThat(ramping.members()).isEqualTo(3);
    assertThat(ramping.hasStore()).isTrue();
    assertThat(seats.stream().filter(seat -> seat.fleet().status().get(0).isLeading()))
        .hasSize(1);
    store.down = true;
    kernel.advance(Duration.ofSeconds(10));
    FleetStatus alone = seats.get(0).fleet().status().get(0);
    assertThat(alone.kind()).isEqualTo(Kind.ALONE);
    assertThat(alone.share()).isEqualTo(1);
    assertThat(alone.hasStore()).isFalse();
    Fleet fleet = seats.get(0).fleet();
    assertThat(fleet.failedExchanges()).isPositive().isLessThan(fleet.exchanges());
    fleet.close();
    assertThat(fleet.status()).isEmpty();
  }

  @Test
  void oneMemberTrips_fleetStaysClosed() {
    List<Seat> seats = List.of(join("a"), join("b"), join("c"));
    for (int second = 1; second < 20; second++) {
      seats.get(0).is(second < 5 ? GateState.Kind.CLOSED : GateState.Kind.OPEN, 0);
      for (Seat well : seats.subList(1, 3)) {
        well.member().report =
            Rows.report(GateState.Kind.CLOSED, 0, 100L * second, 0, StepSums.NOTHING);
        well.membership().changed();
      }
      pass(1_000);
      assertThat(kind(seats.get(2))).isEqualTo(Kind.CLOSED);
    }
  }

  @Test
  void mostTrip_allAreOpenAndRampTogether() {
    List<Seat> seats = rampingFleet();
    double share = seats.get(0).membership().view().probability();
    assertThat(share).isPositive();
    seats.forEach(seat -> assertThat(seat.membership().view().round()).isEqualTo(1));
    seats.forEach(seat -> assertThat(seat.member().heeded).isGreaterThan(3));
  }

  @Test
  void clocksAnHourApart_rampAsOne() {
    Seat one = join("one");
    Seat other = join("other", new ShiftedKernel(kernel, Duration.ofHours(1).toNanos()));
    kernel.advance(CALM);
    one.is(GateState.Kind.OPEN, 0);
    other.is(GateState.Kind.OPEN, 0);
    pass(1_000);
    other.is(GateState.Kind.RAMPING, 0);
    pass(1_000);
    long later = kernel.nanoTime() + Duration.ofHours(1).toNanos();
    assertThat(kind(one)).isEqualTo(Kind.RAMPING);
    assertThat(other.kind(later)).isEqualTo(Kind.RAMPING);
    assertThat(one.membership().view().round())
        .isEqualTo(other.membership().view().round());
  }

  @Test
  void storeIsDown_leaseRunsOnThenAlone_andBackAgain() {
    List<Seat> seats = rampingFleet();
    store.down = true;
    pass(500);
    seats.forEach(seat -> assertThat(kind(seat)).as("the lease").isEqualTo(Kind.RAMPING));
    pass(10_000);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.ALONE));
    assertThat(changes).containsOnly(FleetChange.Kind.DEGRADED).hasSize(3);
    store.down = false;
    pass(15_000);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.RAMPING));
    assertThat(changes.subList(3, 6)).containsOnly(FleetChange.Kind.RECOVERED);
  }

  @Test
  void storeIsDownForLong_isAskedRarely() {
    List<Seat> seats = rampingFleet();
    assertThat(seats).hasSize(3);
    store.down = true;
    pass(60_000);
    long before = store.calls;
    pass(60_000);
    assertThat(store.calls - before).as("calls of three members").isLessThan(3 * 9L);
  }

  @Test
  void storeIsWiped_shareIsKeptForALease() {
    List<Seat> seats = rampingFleet();
    double share = seats.get(0).membership().view().probability();
    store.wipe();
    for (int i = 0; i < 15; i++) {
      pass(100);
      seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.RAMPING));
      assertThat(seats.get(0).membership().view().probability()).isEqualTo(share);
    }
    assertThat(changes).contains(FleetChange.Kind.FORGOTTEN);
    pass(10_000);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.RAMPING));
  }

  @Test
  void storeAnswersGarbage_goesOnAlone() {
    List<Seat> seats = rampingFleet();
    store.garbage = true;
    pass(10_000);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.ALONE));
    assertThat(changes).containsOnly(FleetChange.Kind.DEGRADED);
  }

  @Test
  void reportsAreGarbage_areLeftOut() throws Exception {
    List<Seat> seats = rampingFleet();
    var unused = store.exchange("inventory", "garbage", "<html>");
    pass(2_000);
    seats.forEach(seat -> assertThat(kind(seat)).isEqualTo(Kind.RAMPING));
  }

  /** Nobody else had the time to take over; what the process knows is old all the same. */
  @Test
  void leaderStoodStillInAnExchange_writesNothing() throws Exception {
    List<Seat> seats = rampingFleet();
    assertThat(seats).hasSize(3);
    long before = store.exchange("inventory", "test", null).version();
    store.freeze = () -> kernel.freeze(Duration.ofSeconds(10));
    store.freezeInReports = true;
    for (int i = 0; i < 40 && store.freezeInReports; i++) {
      pass(50);
    }
    assertThat(store.freezeInReports).as("it has stood still").isFalse();
    assertThat(store.replacedAfterFreeze).isFalse();
    assertThat(before).isNotZero();
  }

  @Test
  void left_isHeardOfNoMore() throws Exception {
    List<Seat> seats = openFleet();
    seats.get(0).membership().leave();
    pass(1_000);
    assertThat(kind(seats.get(0))).isEqualTo(Kind.ALONE);
    assertThat(store.reports("inventory", Duration.ofHours(1)))
        .extracting(FleetStore.Report::member)
        .noneMatch(member -> member.startsWith("a#"));
    seats.get(1).fleet().close();
    seats.get(1).fleet().close();
    int heeded = seats.get(1).member().heeded;
    pass(60_000);
    assertThat(seats.get(1).member().heeded).isEqualTo(heeded);
    assertThatThrownBy(
            () -> seats.get(1).fleet().dependency("x").join(new StubMember(), attachment(kernel)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void allLeft_noTimerIsLeft() {
    List<Seat> seats = openFleet();
    seats.forEach(seat -> seat.fleet().close());
    long calls = store.calls;
    kernel.advance(Duration.ofMinutes(10));
    assertThat(store.calls).isEqualTo(calls);
  }

  @Test
  void listenerThatThrows_changesNothing() {
    Fleet fleet = Fleet.builder(store)
        .onChange(change -> {
          throw new AssertionError("a listener's fault");
        })
        .build();
    FleetMembership membership =
        fleet.dependency("inventory").join(new StubMember(), attachment(kernel));
    kernel.advance(CALM);
    store.down = true;
    pass(60_000);
    store.down = false;
    pass(60_000);
    assertThat(membership.view().at(kernel.nanoTime()).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void badInput_isRefused() {
    assertThatThrownBy(() -> Fleet.builder(null)).isInstanceOf(NullPointerException.class);
    Fleet.Builder builder = Fleet.builder(store);
    for (String name : new String[] {"", "two words", "tab\t", "n".repeat(151)}) {
      assertThatThrownBy(() -> builder.member(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("member: ");
      assertThatThrownBy(() -> builder.build().dependency(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dependency: ");
    }
    for (Duration time : new Duration[] {
      Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(9), Duration.ofSeconds(11)
    }) {
      assertThatThrownBy(() -> builder.timeLimit(time))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("timeLimit: ");
    }
  }
}
