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
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary with a replica, found through Sentinel; the primary fails over. */
class RedisSentinelStoreTest extends FleetStoreContract {

  @TempDir
  private Path folder;

  private final String prefix = "evenkeel-test:" + UUID.randomUUID() + ":";
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
    return new RedisFleetStore(connection.async(), prefix);
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
      Await.until(
          "Sentinel fails over", () -> safely(() -> "OK".equals(commands.failover("fleet"))));
    }
    try (RedisClient direct = RedisClient.create(replica.uri())) {
      var other = direct.connect().sync();
      // A server that changes its part cuts its connections.
      Await.until(
          "the replica is the primary",
          () -> safely(() -> "master".equals(other.role().get(0))));
      Await.until(
          "the store writes to it",
          () -> replaces(store, 7, 8)
              && safely(() -> "after".equals(other.hget(prefix + "{inventory}", "text"))));
    }
  }

  private static boolean safely(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (Exception notYet) {
      return false;
    }
  }

  private static boolean replaces(FleetStore store, long expected, long next) {
    return safely(() -> store.replace("inventory", expected, next, "after")
        || store.exchange("inventory", "a", null).version() == next);
  }
}
