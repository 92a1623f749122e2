package dev.evenkeel.fleet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.failback.FleetView.Kind;
import dev.evenkeel.fleet.FleetChange;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet of three on its ramp, each with a connection of its own to one real Redis, and what may
 * happen to that. {@code docs/guide/fleet.md} says what the members do then.
 */
@Timeout(600)
class RedisFaultsTest {

  private static final int MOST_CALLS = 10_000;

  @TempDir
  private Path folder;

  private RedisProcess redis;
  private RedisClient client;
  private RedisCommands<String, String> eye;
  private final List<Member> members = new ArrayList<>();

  @BeforeEach
  void ramping() throws Exception {
    redis = RedisProcess.start(folder);
    client = RedisClient.create(redis.uri());
    eye = client.connect().sync();
    for (String name : new String[] {"a", "b", "c"}) {
      members.add(new Member(name, redis));
    }
    awaitAll(Kind.CLOSED);
    members.forEach(member -> member.is(GateState.Kind.OPEN));
    awaitAll(Kind.OPEN);
    members.get(1).is(GateState.Kind.RAMPING);
    awaitAll(Kind.RAMPING);
    members.forEach(Member::follows);
    members.forEach(member -> member.changes.clear());
  }

  @AfterEach
  void end() throws Exception {
    for (Member member : members) {
      member.close();
    }
    client.shutdown();
    redis.close();
  }

  private void awaitAll(Kind kind) throws Exception {
    Await.until("all " + kind, () -> members.stream().allMatch(member -> member.kind() == kind));
  }

  /** Never "all", never "nothing". */
  private void leaseOrAlone() {
    assertThat(members).extracting(Member::kind).isSubsetOf(Kind.RAMPING, Kind.ALONE);
  }

  private void awaitAlone() throws Exception {
    Await.until(
        "all alone",
        () -> members.stream()
            .allMatch(member ->
                member.kind() == Kind.ALONE && member.changes.contains(FleetChange.Kind.DEGRADED)),
        this::leaseOrAlone);
  }

  private void awaitRampingAgain() throws Exception {
    Await.until(
        "all ramping again",
        () -> members.stream()
            .allMatch(member -> member.kind() == Kind.RAMPING
                && member.changes.contains(FleetChange.Kind.RECOVERED)),
        this::leaseOrAlone);
    for (Member member : members) {
      assertThat(member.changes)
          .as("one of each, in this order")
          .filteredOn(kind -> kind != FleetChange.Kind.FORGOTTEN)
          .containsExactly(FleetChange.Kind.DEGRADED, FleetChange.Kind.RECOVERED);
    }
  }

  /** While the store answers nothing: a call that waited for it would not come back. */
  private void callsPass() {
    Pipeline orders = Pipeline.of(
        "orders", CircuitBreaker.standard().sharedBy(members.get(0).fleet.dependency("orders")));
    for (int i = 0; i < MOST_CALLS; i++) {
      assertThat(orders.call(() -> 7)).isEqualTo(7);
    }
    orders.close();
  }

  @Test
  void killedAndRestarted_allGoOnAloneAndRejoin() throws Exception {
    redis.kill();
    awaitAlone();
    callsPass();
    redis.startAgain();
    awaitRampingAgain();
  }

  @Test
  void stopped_allGoOnAloneAndRejoin() throws Exception {
    redis.stop();
    awaitAlone();
    callsPass();
    redis.goOn();
    awaitRampingAgain();
  }

  @Test
  void blackHole_allGoOnAloneAndRejoin() throws Exception {
    members.forEach(member -> member.proxy.swallow());
    awaitAlone();
    callsPass();
    members.forEach(member -> member.proxy.pass());
    awaitRampingAgain();
  }

  @Test
  void full_allGoOnAloneAndRejoin() throws Exception {
    eye.configSet("maxmemory", "1");
    awaitAlone();
    callsPass();
    eye.configSet("maxmemory", "0");
    awaitRampingAgain();
  }

  @Test
  void flushed_shareIsKept() throws Exception {
    eye.flushall();
    Await.until(
        "a new record",
        () -> eye.hget("evenkeel:fleet:{inventory}", "text") != null
            && eye.hget("evenkeel:fleet:{inventory}", "text").contains(" RAMPING "),
        this::leaseOrAlone);
    awaitAll(Kind.RAMPING);
    assertThat(members)
        .anySatisfy(member -> assertThat(member.changes).contains(FleetChange.Kind.FORGOTTEN));
  }

  /** Its last words come through when the network is back: nobody may heed them. */
  @Test
  void leaderInABlackHole_anotherLeads_andItsOldWritesChangeNothing() throws Exception {
    long[] term = {term()};
    String leader = leader();
    Member away = members.stream()
        .filter(member -> leader.startsWith(member.name + "#"))
        .findFirst()
        .orElseThrow();
    away.proxy.swallow();
    Await.until(
        "another one leads",
        () -> !leader().equals(leader)
            && away.kind() == Kind.ALONE
            && away.changes.contains(FleetChange.Kind.DEGRADED),
        () -> termNeverFalls(term));
    away.proxy.pass();
    Await.until(
        "it is back",
        () -> away.kind() == Kind.RAMPING && away.changes.contains(FleetChange.Kind.RECOVERED),
        () -> termNeverFalls(term));
  }

  private void termNeverFalls(long[] term) {
    long now = term();
    assertThat(now).isGreaterThanOrEqualTo(term[0]);
    term[0] = now;
  }

  /** As {@code SharedState} writes it. */
  private String[] record() {
    return eye.hget("evenkeel:fleet:{inventory}", "text").split(" ", -1);
  }

  private long term() {
    return Long.parseLong(record()[3]);
  }

  private String leader() {
    return record()[4];
  }
}
