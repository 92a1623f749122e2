package dev.evenkeel.jdbc.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.outbox.OutboxRelay;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Relays that are killed ({@code kill -9}) at random moments, some of them at work at the same
 * time, while messages are added: {@code -Devenkeel.kills=500} for so many of them.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KilledRelaysTest {

  private static final int KILLS = Integer.getInteger("evenkeel.kills", 10);
  private static final int AT_ONCE = 4;
  private static final int KEYS = 10;
  private static final int EACH = 5;
  private static final int LONGEST_MILLIS = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final AtomicInteger begun = new AtomicInteger();
  private final ReentrantLock adding = new ReentrantLock();
  private int added; // of each key; under the lock

  @ParameterizedTest
  @EnumSource(Server.class)
  void relaysThatAreKilled_loseNothing_keepTheOrder_andTheInboxKnowsRepeats(Server server)
      throws Exception {
    long start = System.nanoTime();
    try (Tables tables = new Tables(server);
        HikariDataSource source = tables.pool(AT_ONCE + 4)) {
      killAll(tables, source);
      int left = tables.left();
      try (OutboxRelay last = RelayProcess.relay(source).start()) {
        tables.awaitEmpty();
        assertThat(last.figures().setAside()).isZero();
      }
      List<String> sent = tables.log("TRUE");
      List<String> first = tables.log("first = 1");
      System.out.printf(
          Locale.ROOT,
          "%s, %d relays killed in %d s: %d messages, %d sent again, %d left for the last relay%n",
          server,
          KILLS,
          Duration.ofNanos(System.nanoTime() - start).toSeconds(),
          first.size(),
          sent.size() - first.size(),
          left);
      assertThat(first).hasSize(KEYS * added).doesNotHaveDuplicates();
      assertThat(new HashSet<>(sent)).hasSameElementsAs(first);
      Tables.assertInOrder(first);
    }
  }

  private void killAll(Tables tables, HikariDataSource source) throws Exception {
    ExecutorService lanes = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int lane = 0; lane < AT_ONCE; lane++) {
        Random random = new Random(20_261_129 + lane);
        all.add(lanes.submit(() -> {
          while (begun.getAndIncrement() < KILLS) {
            killOne(tables.url(), source, random.nextInt(LONGEST_MILLIS));
          }
          return null;
        }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      lanes.shutdownNow();
    }
  }

  private void killOne(String url, HikariDataSource source, int millis) throws Exception {
    Process process = start(url);
    try (BufferedReader said = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).isEqualTo("ready");
      process.getOutputStream().close(); // begin
      addUntilItSends(source, said);
      boolean unusedEnd = process.waitFor(millis, TimeUnit.MILLISECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Others may send what was added: then more is. */
  private void addUntilItSends(HikariDataSource source, BufferedReader said) throws Exception {
    long begin = System.nanoTime();
    for (int waited = 0; !said.ready(); waited++) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
      if (waited % 1_000 == 0) {
        add(source);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private void add(HikariDataSource source) throws Exception {
    adding.lock();
    try {
      for (int key = 0; key < KEYS; key++) {
        Tables.add(source, "k" + key, added, EACH);
      }
      added += EACH;
    } finally {
      adding.unlock();
    }
  }

  private static Process start(String url) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xmx64m",
            "-cp",
            quietClassPath(),
            RelayProcess.class.getName(),
            url)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Without the logger, which takes as long to start as the relay. */
  private static String quietClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("logback"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
