package dev.evenkeel.jdbc.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.outbox.OutboxRelay;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The outbox against a real server: several relays, and a broker that is away for a while. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OutboxTest {

  private static final int KEYS = 10;
  private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("evenkeel.away", 5));

  @ParameterizedTest
  @EnumSource(Server.class)
  void fourRelays_shareTheWork_inOrder_andNothingTwice(Server server) throws Exception {
    int each = 200;
    try (Tables tables = new Tables(server);
        HikariDataSource source = tables.pool(12)) {
      List<OutboxRelay> relays = new ArrayList<>();
      long begin = System.nanoTime();
      for (int i = 0; i < 4; i++) {
        relays.add(RelayProcess.relay(source).start());
      }
      for (int from = 0; from < each; from += 10) {
        for (int key = 0; key < KEYS; key++) {
          Tables.add(source, "k" + key, from, 10);
        }
      }
      tables.awaitEmpty();
      relays.forEach(OutboxRelay::close);
      List<String> sent = tables.log("TRUE");
      System.out.printf(
          Locale.ROOT,
          "%s, four relays: %d messages of %d keys in %d ms, by each %s%n",
          server,
          sent.size(),
          KEYS,
          Duration.ofNanos(System.nanoTime() - begin).toMillis(),
          relays.stream().map(relay -> relay.figures().sent()).toList());
      assertThat(sent).hasSize(KEYS * each).doesNotHaveDuplicates();
      Tables.assertInOrder(sent);
    }
  }

  /** {@code -Devenkeel.away=60}: for a minute. */
  @ParameterizedTest
  @EnumSource(Server.class)
  void brokerAwayForAWhile_losesNothing_keepsTheOrder_andTheRelayRamps(Server server)
      throws Exception {
    List<GateState.Kind> states = new CopyOnWriteArrayList<>();
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline broker = Pipeline.builder("broker")
        .policies(dev.evenkeel.core.Timeout.ofMillis(2_000), breaker)
        .listener(new PipelineListener() {
          @Override
          public void onStateChange(StateChange change) {
            states.add(change.to().kind());
          }
        })
        .build();
    AtomicBoolean away = new AtomicBoolean();
    LongAdder refused = new LongAdder();
    List<String> sent = new CopyOnWriteArrayList<>();
    try (Tables tables = new Tables(server);
        HikariDataSource source = tables.pool(4);
        OutboxRelay relay = OutboxRelay.builder(source, message -> {
              if (away.get()) {
                refused.increment();
                throw new IOException("away");
              }
              sent.add(message.id());
            })
            .pipeline(broker)
            .pollInterval(Duration.ofMillis(20))
            .build()
            .start()) {
      int rounds = addFor(Duration.ofSeconds(3), source, 0);
      away.set(true);
      rounds = addFor(AWAY, source, rounds);
      int more = rounds;
      while (breaker.state().kind() == GateState.Kind.CLOSED) { // on a busy machine
        more = addFor(Duration.ofMillis(100), source, more);
      }
      int backlog = tables.left();
      away.set(false);
      while (!states.contains(GateState.Kind.RAMPING)
          || breaker.state().kind() != GateState.Kind.CLOSED) {
        more = addFor(Duration.ofMillis(100), source, more);
      }
      tables.awaitEmpty();
      System.out.printf(
          Locale.ROOT,
          "%s, broker away for %d s: %d messages waited, %d attempts meanwhile, %s, %s%n",
          server,
          AWAY.toSeconds(),
          backlog,
          refused.sum(),
          states,
          relay.figures());
      assertThat(sent).hasSize(KEYS * more).doesNotHaveDuplicates();
      Tables.assertInOrder(sent);
      assertThat(relay.figures().setAside()).isZero();
      assertThat(states)
          .containsSubsequence(
              GateState.Kind.OPEN,
              GateState.Kind.PROBING,
              GateState.Kind.RAMPING,
              GateState.Kind.CLOSED);
    }
  }

  /** One message of each key every 50 ms, or as fast as the database takes them. */
  private static int addFor(Duration time, HikariDataSource source, int from) throws Exception {
    long begin = System.nanoTime();
    int round = from;
    while (System.nanoTime() - begin < time.toNanos()) {
      for (int key = 0; key < KEYS; key++) {
        Tables.add(source, "k" + key, round, 1);
      }
      round++;
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    return round;
  }
}
