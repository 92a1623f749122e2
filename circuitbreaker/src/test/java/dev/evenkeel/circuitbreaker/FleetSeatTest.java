package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.failback.FleetDependency;
import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.FleetMembership;
import dev.evenkeel.failback.FleetView;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A breaker in a fleet, of which the test says what it does. */
class FleetSeatTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final ScriptedDependency<String> inventory = ScriptedDependency.on(kernel);
  private final Fleet fleet = new Fleet();
  private final CircuitBreaker breaker = CircuitBreaker.standard().sharedBy(fleet);
  private final Pipeline pipeline = Pipeline.builder("inventory")
      .kernel(kernel)
      .policies(Timeout.ofMillis(300), breaker)
      .build();

  private final class Fleet implements FleetDependency, FleetMembership {

    private FleetMember member;
    private FleetView view = FleetView.ALONE;
    private long version;
    private int news;
    private boolean left;

    @Override
    public FleetMembership join(FleetMember newMember, Attachment attachment) {
      member = newMember;
      return this;
    }

    /** As before and after an exchange. */
    void exchange(FleetView.Kind kind, long round, double probability) {
      exchange(kind, round, probability, 1);
    }

    void exchange(FleetView.Kind kind, long round, double probability, double multiple) {
      var unused = member.report(kernel.nanoTime());
      long until = kernel.nanoTime() + 1_000_000_000_000L;
      view = new FleetView(
          kind, round, probability, multiple, 0, 50e6, 60_000_000_000L, ++version, until);
      member.heed(kernel.random(), kernel.nanoTime());
    }

    @Override
    public FleetView view() {
      return view;
    }

    @Override
    public void changed() {
      news++;
    }

    @Override
    public void leave() {
      left = true;
    }
  }

  private void calls(int seconds) {
    for (int i = 0; i < 20 * seconds; i++) {
      kernel.advance(Duration.ofMillis(50));
      pipeline.callOrElse(inventory::call, "unknown");
    }
  }

  private Kind state() {
    return breaker.state().kind();
  }

  @Test
  void fleetIsOpen_breakerWhoseCallsSucceed_staysClosed() {
    calls(10);
    fleet.exchange(FleetView.Kind.OPEN, 1, 0);
    assertThat(state()).isEqualTo(Kind.CLOSED);
    calls(1);
    fleet.exchange(FleetView.Kind.OPEN, 1, 0);
    assertThat(state()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void fleetIsOpen_breakerWithoutCalls_opens() {
    fleet.exchange(FleetView.Kind.OPEN, 1, 0);
    assertThat(state()).isEqualTo(Kind.OPEN);
    assertThat(fleet.news).isPositive();
  }

  @Test
  void fleetIsOpen_breakerWhoseCallsFail_opens() {
    calls(10);
    fleet.exchange(FleetView.Kind.CLOSED, 0, 1);
    inventory.die();
    pipeline.callOrElse(inventory::call, "unknown");
    pipeline.callOrElse(inventory::call, "unknown");
    assertThat(state()).isEqualTo(Kind.CLOSED);
    fleet.exchange(FleetView.Kind.OPEN, 1, 0);
    assertThat(state()).isEqualTo(Kind.OPEN);
  }

  @Test
  void fleetRamps_breakerThatStartsThen_rampsToo() {
    fleet.exchange(FleetView.Kind.RAMPING, 1, 0.5);
    assertThat(state()).isEqualTo(Kind.RAMPING);
    int before = inventory.calls();
    calls(50);
    assertThat(inventory.calls() - before).isBetween(400, 600);
    fleet.exchange(FleetView.Kind.CLOSED, 1, 1);
    assertThat(state()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void eachRampsByItself_closedBreakerStaysClosed() {
    fleet.exchange(FleetView.Kind.RAMPING, 1, 1, 0);
    assertThat(state()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void ownNetworkIsBroken_opensAlone() {
    fleet.exchange(FleetView.Kind.RAMPING, 1, 1);
    inventory.die();
    calls(10);
    assertThat(state()).isIn(Kind.OPEN, Kind.PROBING);
    fleet.exchange(FleetView.Kind.RAMPING, 1, 1);
    assertThat(state()).as("not taken back").isIn(Kind.OPEN, Kind.PROBING);
  }

  @Test
  void heldByHand_staysHeld() {
    breaker.forceOpen("maintenance");
    fleet.exchange(FleetView.Kind.RAMPING, 1, 0.5);
    assertThat(state()).isEqualTo(Kind.FORCED_OPEN);
    breaker.disable("a test");
    fleet.exchange(FleetView.Kind.OPEN, 2, 0);
    assertThat(state()).isEqualTo(Kind.DISABLED);
  }

  @Test
  void closedPipeline_leavesTheFleet() {
    pipeline.close();
    assertThat(fleet.left).isTrue();
  }

  @Test
  void wrongUse_isRefused() {
    assertThatThrownBy(() -> breaker.sharedBy(fleet)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> CircuitBreaker.standard().sharedBy(null))
        .isInstanceOf(NullPointerException.class);
    CircuitBreaker theirs = CircuitBreaker.withoutFailback(CircuitBreakerConfig.ofDefaults());
    assertThatThrownBy(() -> theirs.sharedBy(fleet))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sharedBy");
  }
}
