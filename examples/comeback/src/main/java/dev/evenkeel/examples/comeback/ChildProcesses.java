package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All processes this program has started. Closing it ends them; so does the end of this JVM, by
 * Ctrl-C too. (If this JVM is killed outright, the children notice that their standard input has
 * ended: see {@link Parent}.)
 */
final class ChildProcesses implements AutoCloseable {

  /**
   * Small and quick to start; and the JDK's HTTP client and server without their own retries,
   * delays and limits.
   */
  private static final List<String> JVM_OPTIONS = List.of(
      "-Xmx192m",
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-Djdk.httpclient.redirects.retrylimit=1",
      "-Djdk.httpclient.disableRetryConnect=true",
      "-Dsun.net.httpserver.nodelay=true",
      "-Dsun.net.httpserver.maxIdleConnections=10000",
      "-Dsun.net.httpserver.idleInterval=600");

  private final List<ChildProcess> children = new ArrayList<>();
  private final Thread shutdownHook = new Thread(this::endAll, "end-children");
  private boolean ended;

  ChildProcesses() {
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /** Starts a JVM with this one's class path. */
  synchronized ChildProcess start(
      String name, Class<?> main, List<String> arguments, ChildProcess.LineListener listener)
      throws IOException {
    if (ended) {
      throw new IllegalStateException("children: ended (expected: open)");
    }
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-cp", ClassPath.ofThisProgram(), main.getName()));
    command.addAll(arguments);
    ChildProcess child = new ChildProcess(name, new ProcessBuilder(command).start(), listener);
    children.add(child);
    return child;
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // Already shutting down: the hook itself has done it or will find nothing to do.
    }
  }

  private synchronized void endAll() {
    ended = true;
    children.forEach(ChildProcess::kill);
    children.forEach(ChildProcess::awaitEnd);
    children.clear();
  }

  private static String java() {
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    Path windows = bin.resolve("java.exe");
    return (Files.exists(windows) ? windows : bin.resolve("java")).toString();
  }
}
