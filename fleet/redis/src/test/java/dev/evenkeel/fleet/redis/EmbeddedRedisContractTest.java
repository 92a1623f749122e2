package dev.evenkeel.fleet.redis;

import com.github.fppt.jedismock.RedisServer;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.testkit.junit.FleetStoreContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against a Redis within this JVM; a real one is in {@code fleet/servers-test}. */
class EmbeddedRedisContractTest extends FleetStoreContract {

  private static RedisServer server;
  private static RedisClient client;
  private static StatefulRedisConnection<String, String> connection;

  @BeforeAll
  static void start() throws IOException {
    server = RedisServer.newRedisServer(0, InetAddress.getLoopbackAddress()).start();
    client = RedisClient.create("redis://127.0.0.1:" + server.getBindPort());
    connection = client.connect();
  }

  @AfterAll
  static void stop() throws IOException {
    client.shutdown();
    server.stop();
  }

  @Override
  protected FleetStore newStore() {
    connection.sync().flushall();
    return new RedisFleetStore(connection.async());
  }
}
