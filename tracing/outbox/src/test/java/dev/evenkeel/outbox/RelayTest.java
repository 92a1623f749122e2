package dev.evenkeel.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a relay does with what it finds. */
@Timeout(60)
class RelayTest {

  private final List<String> seen = new ArrayList<>();
  private final Set<String> bad = new HashSet<>();
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Pipeline guarded = Pipeline.of("broker", breaker);
  private Table table;

  @BeforeEach
  void create() throws Exception {
    table = new Table();
  }

  private static OutboxMessage message(String id, String key) {
    OutboxMessage message = OutboxMessage.of("orders", new byte[] {1}).withId(id);
    return key == null ? message : message.withKey(key);
  }

  private OutboxRelayBuilder builder() {
    return OutboxRelay.builder(table.source(), message -> {
      if (bad.contains(message.id())) {
        throw new IOException("as told");
      }
      seen.add(message.id());
    });
  }

  @Test
  void messages_areSentInTheirOrder_andAreGone() throws Exception {
    for (int i = 0; i < 25; i++) {
      table.add(message("m" + i, i % 2 == 0 ? "even" : null));
    }
    OutboxRelay relay = builder().batch(10).build();
    assertThat(relay.round()).as("more at once").isZero();
    assertThat(relay.round()).isZero();
    assertThat(relay.round()).isPositive();
    assertThat(seen).hasSize(25).startsWith("m0", "m1", "m2").endsWith("m24");
    assertThat(table.count("TRUE")).isZero();
    assertThat(relay.figures()).isEqualTo(new RelayFigures(25, 0, 0, 0));
  }

  @Test
  void failure_stopsItsKey_andNoOther() throws Exception {
    table.add(message("a1", "a"), message("b1", "b"), message("a2", "a"), message("free", null));
    bad.add("a1");
    OutboxRelay relay = builder().build();
    relay.round();
    relay.round();
    assertThat(seen).containsExactly("b1", "free");
    assertThat(table.count("next_at > 0")).isEqualTo(1);
    bad.clear();
    table.letTimePass();
    relay.round();
    assertThat(seen).containsExactly("b1", "free", "a1", "a2");
  }

  @Test
  void backlogBehindAFailure_doesNotHideTheRest() throws Exception {
    table.add(message("a0", "a"));
    bad.add("a0");
    OutboxRelay relay = builder().batch(1).build();
    relay.round();
    table.letNoTimePass();
    for (int i = 1; i < 50; i++) {
      table.add(message("a" + i, "a"));
    }
    table.add(message("b", "b"));
    relay.round();
    assertThat(seen).containsExactly("b");
  }

  @Test
  void poison_isSetAside_whileTheBreakerIsClosed_andItsKeyGoesOn() throws Exception {
    table.add(message("a1", "a"), message("a2", "a"));
    bad.add("a1");
    OutboxRelay relay = builder().pipeline(guarded).maxFailures(3).build();
    for (int i = 0; i < 3; i++) {
      table.letTimePass();
      relay.round();
    }
    assertThat(seen).isEmpty();
    relay.round();
    assertThat(seen).containsExactly("a2");
    assertThat(table.count("set_aside = TRUE")).isEqualTo(1);
    assertThat(relay.figures().setAside()).isEqualTo(1);
  }

  @Test
  void poison_stopsItsKeyForGood_ifToldSo() throws Exception {
    table.add(message("a1", "a"), message("a2", "a"));
    bad.add("a1");
    OutboxRelay relay =
        builder().pipeline(guarded).maxFailures(1).setAside(false).build();
    for (int i = 0; i < 5; i++) {
      table.letTimePass();
      relay.round();
    }
    assertThat(seen).isEmpty();
    assertThat(table.count("set_aside = FALSE")).isEqualTo(2);
  }

  @Test
  void failure_isNotTheMessagesOwn_whileNothingGetsThrough() throws Exception {
    table.add(message("a", "a"), message("b", "b"));
    bad.add("a");
    bad.add("b");
    OutboxRelay relay = builder().maxFailures(1).build();
    for (int i = 0; i < 5; i++) {
      table.letTimePass();
      relay.round();
    }
    assertThat(table.count("set_aside = TRUE")).isZero();
    assertThat(table.count("failures > 0")).isZero();
    bad.remove("b");
    for (int i = 0; i < 2; i++) {
      table.letTimePass();
      relay.round();
    }
    assertThat(table.count("set_aside = TRUE")).as("b got through, so it is a").isEqualTo(1);
  }

  @Test
  void brokerThatIsAway_endsTheRound_afterThreeFailures() throws Exception {
    for (int i = 0; i < 10; i++) {
      table.add(message("m" + i, null));
      bad.add("m" + i);
    }
    OutboxRelay relay = builder().build();
    assertThat(relay.round()).isPositive();
    assertThat(relay.figures().failed()).isEqualTo(3);
  }

  @Test
  void refusal_isNoFailure_andKeepsEverythingAsItWas() throws Exception {
    table.add(message("a", "a"), message("b", "b"));
    OutboxRelay relay = OutboxRelay.builder(table.source(), message -> {
          throw new IOException(new CallRefusedException(
              "broker", "breaker", RefusalReason.CIRCUIT_OPEN, Duration.ofSeconds(2)));
        })
        .build();
    assertThat(relay.round()).isGreaterThanOrEqualTo(Duration.ofMillis(1_500).toNanos());
    assertThat(relay.figures()).isEqualTo(new RelayFigures(0, 0, 0, 0));
    assertThat(table.count("next_at = 0 AND failures = 0")).isEqualTo(2);
  }

  @Test
  void breakerThatIsForcedOpen_leavesTheTableAlone() throws Exception {
    table.add(message("a", "a"));
    breaker.forceOpen("test");
    builder().pipeline(guarded).build().round();
    builder().needs(guarded).build().round();
    assertThat(seen).isEmpty();
    assertThat(table.count("TRUE")).isEqualTo(1);
  }

  @Test
  void whatAnotherRelayHas_isLeftToIt_withEverythingBehindItOfItsKey() throws Exception {
    table.add(message("a1", "a"), message("a2", "a"), message("b1", "b"), message("c", null));
    try (Connection other = table.source().getConnection()) {
      other.setAutoCommit(false);
      List<Claim.Row> taken = new Claim(other, SqlDialect.H2).take(1);
      assertThat(taken).extracting(Claim.Row::messageId).containsExactly("a1");
      builder().build().round();
      assertThat(seen).containsExactly("b1", "c");
      other.rollback(); // it has died
    }
    builder().build().round();
    assertThat(seen).containsExactly("b1", "c", "a1", "a2");
  }

  @Test
  void error_isAFailureOfItsMessageOnly() throws Exception {
    table.add(message("a", null), message("b", null));
    OutboxRelay relay = OutboxRelay.builder(table.source(), message -> {
          if (message.id().equals("a")) {
            Thread.currentThread().interrupt();
            throw new AssertionError("as told");
          }
          seen.add(message.id());
        })
        .build();
    relay.round();
    assertThat(seen).containsExactly("b");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(relay.figures()).isEqualTo(new RelayFigures(1, 1, 0, 0));
  }

  @Test
  void rowsOfOthersMaking_areFailures_andStopNobody() throws Exception {
    table.add(message("a", null), message("b", null));
    table.run("UPDATE evenkeel_outbox SET message_id = 'not ascii ü' WHERE message_id = 'a'");
    OutboxRelay relay = builder().build();
    relay.round();
    assertThat(seen).containsExactly("b");
    assertThat(relay.figures().failed()).isEqualTo(1);
  }

  @Test
  void missingTable_isWaitedFor() throws Exception {
    table.run("ALTER TABLE evenkeel_outbox RENAME TO away");
    OutboxRelay relay = builder().build();
    long first = relay.round();
    assertThat(first).isPositive();
    relay.round();
    assertThat(relay.round()).isGreaterThan(first);
    table.run("ALTER TABLE away RENAME TO evenkeel_outbox");
    table.add(message("a", null));
    relay.round();
    assertThat(seen).containsExactly("a");
  }

  @Test
  void relay_looksAtOnce_whenItIsWoken_andEndsWithClose() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(2);
    OutboxRelay relay = OutboxRelay.builder(table.source(), message -> {
          first.countDown();
          second.countDown();
        })
        .pollInterval(Duration.ofHours(1))
        .build();
    relay.wake(); // not started: nothing
    table.add(message("a", null));
    try (relay) {
      assertThat(relay.start().start()).isSameAs(relay);
      assertThat(first.await(50, TimeUnit.SECONDS)).isTrue();
      table.add(message("b", null));
      relay.wake();
      assertThat(second.await(50, TimeUnit.SECONDS)).isTrue();
    }
    relay.wake();
    assertThatThrownBy(relay::start).isInstanceOf(IllegalStateException.class);
    assertThat(relay.toString()).startsWith("OutboxRelay(outbox, ");
  }

  @Test
  void relay_looksAgainAfterItsInterval() throws Exception {
    ManualKernel kernel = ManualKernel.create();
    try (OutboxRelay relay = builder().kernel(kernel).build().start()) {
      table.add(message("a", null));
      kernel.advance(Duration.ofMillis(300));
      assertThat(seen).isEmpty();
      kernel.advance(Duration.ofMillis(400));
      assertThat(seen).containsExactly("a");
      assertThat(relay.figures().sent()).isEqualTo(1);
    }
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void rampingBreaker_getsItsShareOfABatch_andNotMoreAtOnce() throws Exception {
    for (int i = 0; i < 100; i++) {
      table.add(message("m" + i, null));
    }
    StubGate gate = new StubGate();
    Pipeline broker = Pipeline.of("broker", gate);
    OutboxRelay relay = builder().batch(40).pipeline(broker).build();
    gate.state = GateState.ramping(0.25);
    assertThat(relay.round()).isPositive();
    assertThat(seen).hasSize(10);
    gate.state = GateState.ramping(0.001);
    assertThat(relay.round()).isPositive();
    assertThat(seen).hasSize(11);
    gate.state = GateState.OPEN;
    assertThat(relay.round()).as("the probe").isPositive();
    assertThat(seen).hasSize(12);
    gate.state = GateState.CLOSED;
    assertThat(relay.round()).isZero();
    assertThat(seen).hasSize(52);
    gate.state = GateState.FORCED_OPEN;
    broker.observeOnly(true);
    assertThat(relay.round()).isZero();
    assertThat(seen).hasSize(92);
  }

  /** Lets everything through and says what it is told. */
  private static final class StubGate implements StatefulGate {

    private GateState state = GateState.CLOSED;

    @Override
    public String name() {
      return "stub";
    }

    @Override
    public GateState state() {
      return state;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}
  }

  /** The breaker and the relay on one clock: the broker is away for a while, with a backlog. */
  @Test
  void brokerAwayForAWhile_losesNothing_andNoOrder_andSetsNothingAside() throws Exception {
    ManualKernel kernel = ManualKernel.create();
    CircuitBreaker own = CircuitBreaker.standard(); // the other one runs on the system's clock
    Pipeline broker = Pipeline.builder("broker").kernel(kernel).policies(own).build();
    boolean[] away = {false};
    try (OutboxRelay relay = OutboxRelay.builder(table.source(), message -> {
          if (away[0]) {
            throw new IOException("away");
          }
          seen.add(message.id());
        })
        .pipeline(broker)
        .kernel(kernel)
        .batch(50)
        .build()
        .start()) {
      for (int i = 0; i < 400; i++) {
        away[0] = i >= 200; // ten a second, twenty seconds of each
        table.add(message("m" + i, "k" + i % 40));
        table.letTimePass(); // the database's clock is not the test's
        kernel.advance(Duration.ofMillis(100));
      }
      assertThat(own.state().kind()).isNotEqualTo(GateState.Kind.CLOSED);
      away[0] = false;
      for (int tick = 0; tick < 1_000 && table.count("TRUE") > 0; tick++) {
        table.letTimePass();
        kernel.advance(Duration.ofMillis(100));
      }
      assertThat(relay.figures().setAside()).isZero();
    }
    assertThat(seen).hasSize(400);
    for (int key = 0; key < 40; key++) {
      String mine = "k" + key;
      int number = key;
      assertThat(seen.stream().map(id -> Integer.parseInt(id.substring(1))))
          .as(mine)
          .filteredOn(id -> id % 40 == number)
          .isSorted();
    }
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> OutboxRelay.builder(null, message -> {}))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> OutboxRelay.builder(table.source(), null))
        .isInstanceOf(NullPointerException.class);
    OutboxRelayBuilder builder = builder();
    assertThatThrownBy(() -> builder.batch(0)).hasMessageStartingWith("batch: 0 (expected: ");
    assertThatThrownBy(() -> builder.batch(1_001)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.maxFailures(0)).hasMessageStartingWith("maxFailures: ");
    assertThatThrownBy(() -> builder.pollInterval(Duration.ZERO))
        .hasMessageStartingWith("pollInterval: ");
    assertThatThrownBy(() -> builder.oldAfter(Duration.ofMillis(-1), Criticality.SHEDDABLE))
        .hasMessageStartingWith("oldAfter: ");
    assertThatThrownBy(() -> builder.pipeline(null)).isInstanceOf(NullPointerException.class);
  }
}
