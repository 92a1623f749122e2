package dev.evenkeel.fleet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.redis.RedisFleetStore;
import dev.evenkeel.testkit.junit.FleetStoreContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary with a replica, found through Sentinel; the primary fails over. */
class RedisSentinelStoreTest extends FleetStoreContract {

  @TempDir
  private Path folder;

  private RedisProcess primary;
  private RedisProcess replica;
  private RedisProcess sentinel;
  private RedisClient client;
  private StatefulRedisConnection<String, String> connection;

  @BeforeEach
  void start() throws Exception {
    if (connection != null) {
      return;
    }
    primary = RedisProcess.start(folder);
    replica = RedisProcess.start(folder, "--replicaof 127.0.0.1 " + primary.port());
    sentinel = RedisProcess.start(
        folder, "--sentinel", "--sentinel monitor fleet 127.0.0.1 " + primary.port() + " 1");
    client = RedisClient.create("redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#fleet");
    connection = client.connect();
  }

  @AfterEach
  void end() throws Exception {
    client.shutdown();
    sentinel.close();
    replica.close();
    primary.close();
  }

  @Override
  protected FleetStore newStore() throws Exception {
    start(); // the contract's own preparation comes first
    return new RedisFleetStore(
        connection.async(), "evenkeel-test:" + UUID.randomUUID() + ":");
  }

  @Test
  void primaryFailsOver_theOtherGoesOnWithTheRecord() throws Exception {
    FleetStore store = newStore();
    assertThat(store.replace("inventory", 0, 7, "before")).isTrue();
    connection.sync().waitForReplication(1, 60_000);
    try (var watch = client.connectSentinel()) {
      RedisSentinelCommands<String, String> commands = watch.sync();
      Await.until(
          "Sentinel takes the replica for good",
          () -> commands.replicas("fleet").stream()
              .anyMatch(known -> "ok".equals(known.get("master-link-status"))));
      Await.until("Sentinel fails over", () -> failsOver(commands));
    }
    Await.until("the store answers again", () -> replaces(store, 7, 8));
    assertThat(store.exchange("inventory", "a", null).text()).isEqualTo("after");
    try (RedisClient direct = RedisClient.create(replica.uri())) {
      assertThat(direct.connect().sync().role().get(0)).isEqualTo("master");
    }
  }

  private static boolean failsOver(RedisSentinelCommands<String, String> commands) {
    try {
      return "OK".equals(commands.failover("fleet"));
    } catch (RuntimeException notYet) {
      return false;
    }
  }

  private static boolean replaces(FleetStore store, long expected, long next) {
    try {
      return store.replace("inventory", expected, next, "after")
          || store.exchange("inventory", "a", null).version() == next;
    } catch (Exception notYet) {
      return false;
    }
  }
}
