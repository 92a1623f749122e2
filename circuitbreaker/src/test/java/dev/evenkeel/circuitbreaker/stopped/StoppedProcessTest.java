package dev.evenkeel.circuitbreaker.stopped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The real thing: a client is stopped by a signal for five seconds, two and a half times its
 * timeouts, while 40 callers wait at each breaker, and goes on. Its dependency was well all the
 * time. {@code -Devenkeel.stops=10} stops it ten times. Not part of every build, which has the same
 * with driven time ({@code FrozenProcessTest}).
 */
class StoppedProcessTest {

  private static final int STOPS = Integer.getInteger("evenkeel.stops", 1);
  private static final long STOPPED_SECONDS = 5;

  /** So much that a busy machine does not make the calls, which take 0.2 s, time out. */
  private static final String TIMEOUT_MILLIS = "2000";

  @Test
  @EnabledIfSystemProperty(
      named = "evenkeel.stops",
      matches = "[1-9]\\d*",
      disabledReason = "7 s for each stop, and nothing else to do for the machine")
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void breakersStayClosed() throws IOException, InterruptedException {
    assumeTrue(
        signal("-0", ProcessHandle.current().pid()),
        "there is no `kill` here, so no process can be stopped");
    try (SlowServer server = new SlowServer()) {
      Process client = start(server.port());
      try (BufferedReader said = client.inputReader(StandardCharsets.UTF_8);
          Writer ask = client.outputWriter(StandardCharsets.UTF_8)) {
        readUntil(said, StoppedClient.READY);
        for (int stop = 1; stop <= STOPS; stop++) {
          assertThat(signal("-STOP", client.pid())).isTrue();
          assertThat(client.waitFor(STOPPED_SECONDS, TimeUnit.SECONDS))
              .as("ended")
              .isFalse();
          assertThat(signal("-CONT", client.pid())).isTrue();
          ask.write("how are you?\n");
          ask.flush();
          List<String> fleets = readUntil(said, StoppedClient.END);
          System.out.println("stop " + stop + ": " + fleets);
          assertThat(fleets).hasSize(3).allMatch(fleet -> fleet.contains(": CLOSED [],"));
        }
      } finally {
        client.destroyForcibly();
      }
    }
  }

  private static Process start(int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            StoppedClient.class.getName(),
            Integer.toString(port),
            TIMEOUT_MILLIS)
        .redirectErrorStream(true)
        .start();
  }

  private static boolean signal(String signal, long pid) throws InterruptedException {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(pid))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return kill.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The lines up to that one. */
  private static List<String> readUntil(BufferedReader said, String last) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.equals(last)) {
        return lines;
      }
      lines.add(line);
    }
    throw new IllegalStateException(
        "the client ended after " + lines + " (expected: \"" + last + "\")");
  }
}
