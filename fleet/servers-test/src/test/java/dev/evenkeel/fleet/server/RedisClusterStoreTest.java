package dev.evenkeel.fleet.server;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.redis.RedisFleetStore;
import dev.evenkeel.testkit.junit.FleetStoreContract;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of one, which refuses scripts whose keys are in several slots like one of many. */
class RedisClusterStoreTest extends FleetStoreContract {

  @TempDir
  private static Path folder;

  private static RedisProcess node;
  private static RedisClusterClient client;
  private static StatefulRedisClusterConnection<String, String> connection;

  @BeforeAll
  static void start() throws Exception {
    node =
        RedisProcess.start(folder, "--cluster-enabled yes", "--cluster-require-full-coverage yes");
    client = RedisClusterClient.create(node.uri());
    connection = client.connect();
    int[] all = new int[16_384];
    for (int slot = 0; slot < all.length; slot++) {
      all[slot] = slot;
    }
    connection.sync().clusterAddSlots(all);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!connection.sync().clusterInfo().contains("cluster_state:ok")) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("cluster: not ok for a minute");
      }
    }
    client.refreshPartitions();
  }

  @AfterAll
  static void end() throws Exception {
    client.shutdown();
    node.close();
  }

  @Override
  protected FleetStore newStore() {
    return new RedisFleetStore(connection.async(), "evenkeel-test:" + UUID.randomUUID() + ":");
  }
}
