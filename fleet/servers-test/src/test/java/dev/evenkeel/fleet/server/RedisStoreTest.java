package dev.evenkeel.fleet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.redis.RedisFleetStore;
import dev.evenkeel.testkit.junit.FleetStoreContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real Redis or Valkey: at the address in the environment, else on this machine. */
class RedisStoreTest extends FleetStoreContract {

  private static RedisClient client;
  private static StatefulRedisConnection<String, String> connection;
  private static RedisCommands<String, String> redis;

  private final String prefix = "evenkeel-test:" + UUID.randomUUID() + ":";

  @BeforeAll
  static void connect() {
    String given = System.getenv("EVENKEEL_REDIS");
    client = RedisClient.create(given == null ? "redis://127.0.0.1:6379" : given);
    connection = client.connect();
    redis = connection.sync();
  }

  @AfterAll
  static void end() {
    client.shutdown();
  }

  @Override
  protected FleetStore newStore() {
    return new RedisFleetStore(connection.async(), prefix);
  }

  @Test
  void everythingWritten_vanishesByItself() throws Exception {
    FleetStore store = newStore();
    assertThat(store.replace("inventory", 0, 7, "text")).isTrue();
    var unused = store.exchange("inventory", "a", "report");
    List<String> keys = redis.keys(prefix + "*");
    assertThat(keys).hasSize(3);
    assertThat(keys).allSatisfy(key -> assertThat(redis.pttl(key)).isBetween(1L, 3_600_000L));
  }

  @Test
  void lastMemberLeft_onlyTheSharedRecordIsThere() throws Exception {
    FleetStore store = newStore();
    assertThat(store.replace("inventory", 0, 7, "text")).isTrue();
    var unused = store.exchange("inventory", "a", "report");
    store.remove("inventory", "a", Duration.ofMinutes(10));
    assertThat(redis.keys(prefix + "*")).containsExactly(prefix + "{inventory}");
  }

  /** As after a restart of the server: its scripts are gone. */
  @Test
  void scriptsAreForgotten_areSentAgain() throws Exception {
    FleetStore store = newStore();
    assertThat(store.replace("inventory", 0, 7, "text")).isTrue();
    redis.scriptFlush();
    assertThat(store.replace("inventory", 7, 8, "next")).isTrue();
    assertThat(store.exchange("inventory", "a", "report").version()).isEqualTo(8);
  }

  @Test
  void keyOfAnotherKind_isTheServersOwnError() throws Exception {
    redis.set(prefix + "{inventory}", "a text", SetArgs.Builder.px(60_000));
    FleetStore store = newStore();
    assertThatThrownBy(() -> store.exchange("inventory", "a", null))
        .isInstanceOf(RedisCommandExecutionException.class)
        .hasMessageContaining("WRONGTYPE");
  }
}
