package dev.evenkeel.rabbitmq.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A RabbitMQ of a test's own, with a name, ports and a folder that nobody else has, so that it may
 * be killed. The one that runs on this machine is not touched.
 */
final class OwnBroker implements AutoCloseable {

  /** Debian's {@code rabbitmq-server} on the path changes the user; this one does not. */
  private static final Path DEBIANS = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

  private static final int START_SECONDS = 180;

  private final Path folder;
  private final int port;
  private final int distributionPort;
  private Process process;

  private OwnBroker(Path folder, int port, int distributionPort) {
    this.folder = folder;
    this.port = port;
    this.distributionPort = distributionPort;
  }

  static OwnBroker start(Path folder) throws Exception {
    Files.writeString(folder.resolve("plugins"), "[].\n");
    Files.writeString(folder.resolve("environment"), "");
    OwnBroker broker = new OwnBroker(folder, freePort(), freePort());
    Files.writeString(
        folder.resolve("rabbitmq.conf"), "listeners.tcp.local = 127.0.0.1:" + broker.port + "\n");
    broker.startAgain();
    return broker;
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  /** With what was on its disk. */
  void startAgain() throws Exception {
    ProcessBuilder builder = new ProcessBuilder(
            Files.isExecutable(DEBIANS) ? DEBIANS.toString() : "rabbitmq-server")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile());
    builder
        .environment()
        .putAll(Map.of(
            "HOME", folder.toString(), // for a cookie of its own
            "RABBITMQ_NODENAME", "evenkeel-test-" + port + "@localhost",
            "RABBITMQ_DIST_PORT", Integer.toString(distributionPort),
            "RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString(),
            "RABBITMQ_LOG_BASE", folder.resolve("log").toString(),
            "RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString(),
            "RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString(),
            "RABBITMQ_CONF_ENV_FILE", folder.resolve("environment").toString(),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1"));
    try {
      process = builder.start();
    } catch (IOException missing) {
      throw new IOException(
          "rabbitmq-server: not found (expected: installed, as by `apt-get install"
              + " rabbitmq-server`)",
          missing);
    }
    Broker.await("the broker starts", START_SECONDS, this::answers);
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError("rabbitmq-server: has ended (expected: a start)\n" + output());
    }
    try (Connection connection = factory().newConnection()) {
      return connection.isOpen();
    } catch (Exception notYet) {
      return false;
    }
  }

  private String output() {
    try {
      return Files.readString(folder.resolve("output"), UTF_8);
    } catch (IOException none) {
      return none.toString();
    }
  }

  ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    factory.setNetworkRecoveryInterval(200);
    factory.setConnectionTimeout(5_000);
    factory.setExceptionHandler(new ForgivingExceptionHandler() {
      @Override
      protected void log(String message, Throwable why) {}
    });
    return factory;
  }

  /** {@code kill -9}: the script that started it, and the virtual machine below. */
  void kill() {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly().onExit().join();
    for (ProcessHandle one : below) {
      boolean unusedSent = one.destroyForcibly();
      one.onExit().join();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
