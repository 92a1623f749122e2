package dev.evenkeel.fleet.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A redis-server of a test's own, on a free port, to which things may be done. */
final class RedisProcess implements AutoCloseable {

  private static final int ATTEMPTS = 20;

  private final Path folder;
  private final List<String> options;
  private final int port;
  private @Nullable Process process;

  private RedisProcess(Path folder, int port, List<String> options) {
    this.folder = folder;
    this.port = port;
    this.options = options;
  }

  /**
   * Starts one that keeps nothing.
   *
   * @param folder of the test's own
   * @param options as in its configuration file, with two dashes
   */
  static RedisProcess start(Path folder, String... options) throws Exception {
    for (int i = 0; i < ATTEMPTS; i++) {
      RedisProcess redis = new RedisProcess(folder, freePort(), List.of(options));
      if (redis.launch()) {
        return redis;
      }
    }
    throw new IOException("redis-server: not started (expected: a free port)");
  }

  /** Somebody else may take it meanwhile. */
  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private boolean launch() throws IOException, InterruptedException {
    Path configuration = Files.createTempFile(folder, "redis", ".conf");
    boolean watches = options.contains("--sentinel");
    List<String> lines = new ArrayList<>(
        List.of("port " + port, "bind 127.0.0.1", "dir " + folder.toAbsolutePath()));
    if (!watches) {
      lines.addAll(List.of("save \"\"", "appendonly no"));
    }
    for (String option : options) {
      if (!option.equals("--sentinel")) {
        lines.add(option.substring(2));
      }
    }
    Files.write(configuration, lines, UTF_8);
    List<String> command = new ArrayList<>(List.of("redis-server", configuration.toString()));
    if (watches) {
      command.add("--sentinel");
    }
    process = run(command);
    CountDownLatch ready = new CountDownLatch(1);
    Thread reader = new Thread(() -> read(process, ready));
    reader.setDaemon(true);
    reader.start();
    if (!ready.await(1, TimeUnit.MINUTES)) {
      throw new IOException("redis-server: silent for a minute (expected: a start)");
    }
    return process.isAlive();
  }

  private static Process run(List<String> command) throws IOException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException(
          "redis-server: not found (expected: installed, as by `apt-get install redis-server`)", e);
    }
  }

  private static void read(Process process, CountDownLatch ready) {
    try (var output = process.inputReader(UTF_8)) {
      output.lines().forEach(line -> {
        if (line.contains("Ready to accept connections") || line.contains("Sentinel ID is")) {
          ready.countDown();
        }
      });
    } catch (IOException e) {
      // it has ended
    } finally {
      ready.countDown();
    }
  }

  int port() {
    return port;
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /** No goodbye: what it knew is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** On the same port, empty. */
  void startAgain() throws Exception {
    for (int i = 0; !launch(); i++) {
      if (i == ATTEMPTS) {
        throw new IOException("redis-server: port " + port + " is taken (expected: free)");
      }
    }
  }

  /** It holds its connections, and answers nothing. */
  void stop() throws Exception {
    signal("STOP");
  }

  void goOn() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + name + ": failed");
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }
}
