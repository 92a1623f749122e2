package dev.evenkeel.jdbc.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.outbox.OutboxRelay;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The outbox against a real server: several relays, and processes that are killed. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class OutboxTest {

  private static final int KEYS = 10;
  private static final int KILLS = Integer.getInteger("evenkeel.kills", 10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static void awaitEmpty(Tables tables) throws Exception {
    long begin = System.nanoTime();
    while (tables.left() > 0) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
    }
  }

  /** Of each key the first ones of all messages come in order. */
  private static void assertInOrder(List<String> sent) {
    Map<String, Integer> last = new HashMap<>();
    for (String id : sent) {
      String key = id.substring(0, id.indexOf('-'));
      int number = Integer.parseInt(id.substring(id.indexOf('-') + 1));
      assertThat(number).as(id).isEqualTo(last.getOrDefault(key, -1) + 1);
      last.put(key, number);
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void fourRelays_shareTheWork_inOrder_andNothingTwice(Server server) throws Exception {
    int each = 200;
    try (Tables tables = new Tables(server);
        HikariDataSource source = tables.pool(12)) {
      List<OutboxRelay> relays = new ArrayList<>();
      long begin = System.nanoTime();
      for (int i = 0; i < 4; i++) {
        relays.add(RelayProcess.relay(source).start());
      }
      for (int from = 0; from < each; from += 10) {
        for (int key = 0; key < KEYS; key++) {
          Tables.add(source, "k" + key, from, 10);
        }
      }
      awaitEmpty(tables);
      relays.forEach(OutboxRelay::close);
      List<String> sent = tables.log("TRUE");
      System.out.printf(
          Locale.ROOT,
          "%s, four relays: %d messages of %d keys in %d ms, by each %s%n",
          server,
          sent.size(),
          KEYS,
          Duration.ofNanos(System.nanoTime() - begin).toMillis(),
          relays.stream().map(relay -> relay.figures().sent()).toList());
      assertThat(sent).hasSize(KEYS * each).doesNotHaveDuplicates();
      assertInOrder(sent);
    }
  }

  /** {@code kill -9} at random moments, while messages are added and another relay works. */
  @ParameterizedTest
  @EnumSource(Server.class)
  void relaysThatAreKilled_loseNothing_keepTheOrder_andTheInboxKnowsRepeats(Server server)
      throws Exception {
    Random random = new Random(20_261_129);
    try (Tables tables = new Tables(server);
        HikariDataSource source = tables.pool(4)) {
      int added = 0;
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = start(tables.url());
        try (BufferedReader said = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
          assertThat(said.readLine()).isEqualTo("ready");
          for (int key = 0; key < KEYS; key++) {
            Tables.add(source, "k" + key, added, 10);
          }
          added += 10;
          boolean unusedEnd = process.waitFor(random.nextInt(400), TimeUnit.MILLISECONDS);
        } finally {
          process.destroyForcibly().waitFor();
        }
      }
      int left = tables.left();
      try (OutboxRelay last = RelayProcess.relay(source).start()) {
        awaitEmpty(tables);
        assertThat(last.figures().setAside()).isZero();
      }
      List<String> sent = tables.log("TRUE");
      List<String> first = tables.log("first = 1");
      System.out.printf(
          Locale.ROOT,
          "%s, %d relays killed: %d messages, %d sent again, %d left for the last relay%n",
          server,
          KILLS,
          first.size(),
          sent.size() - first.size(),
          left);
      assertThat(first).hasSize(KEYS * added).doesNotHaveDuplicates();
      assertThat(new HashSet<>(sent)).hasSameElementsAs(first);
      assertInOrder(first);
    }
  }

  private static Process start(String url) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            RelayProcess.class.getName(),
            url)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
