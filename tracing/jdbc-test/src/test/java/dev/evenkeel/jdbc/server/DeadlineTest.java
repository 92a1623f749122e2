package dev.evenkeel.jdbc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.jdbc.EvenkeelDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Statements of three seconds under a timeout of 300 ms, on a HikariCP pool of two. Prints how long
 * they took.
 */
class DeadlineTest {

  private static final int ROUNDS = 20;

  /** The median: 310 ms on an idle machine; here others may want the processors. */
  private static final Duration IN_TIME = Duration.ofMillis(700);

  private static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(2);
    config.setMinimumIdle(2);
    return new HikariDataSource(config);
  }

  private static void run(EvenkeelDataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int value(EvenkeelDataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** By the server's own list, until 100 ms after the call has ended, or later if nobody runs. */
  private static long millisUntilGone(Server server, Connection observer) throws SQLException {
    long begin = System.nanoTime();
    while (server.sleepers(observer) > 0) {
      assertThat(since(begin)).isLessThan(Duration.ofSeconds(2));
    }
    return since(begin).toMillis();
  }

  /**
   * How long it took to be cut. On a machine that is very busy the time may have passed before the
   * statement was sent: then once more.
   */
  private static long millisUntilCut(ThrowingCallable call) {
    for (int tries = 0; tries < 20; tries++) {
      long begin = System.nanoTime();
      Throwable late = catchThrowable(call);
      long took = since(begin).toMillis();
      assertThat(late).isInstanceOfAny(CallTimeoutException.class, DeadlineExceededException.class);
      if (late.getCause() instanceof SQLException) {
        return took;
      }
    }
    throw new AssertionError("the statement was not sent within 300 ms, 20 times");
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void slowStatement_isGoneFromTheServer_andTheConnectionServesTheNextCall(Server server)
      throws Exception {
    Pipeline orders = Pipeline.of("orders", Timeout.ofMillis(300));
    try (HikariDataSource pool = pool(server.url());
        Connection observer = server.connect()) {
      EvenkeelDataSource source = EvenkeelDataSource.builder(pool).build();
      run(source, "SELECT 1");
      long[] took = new long[ROUNDS];
      long gone = 0;
      for (int i = 0; i < ROUNDS; i++) {
        took[i] = millisUntilCut(() -> orders.run(() -> run(source, server.sleep())));
        gone = Math.max(gone, millisUntilGone(server, observer));
        assertThat(value(source, "SELECT 7")).isEqualTo(7);
      }
      assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(2);
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
      Arrays.sort(took);
      System.out.printf(
          Locale.ROOT,
          "%s, timeout 300 ms, %d times: %d to %d ms, median %d ms; gone from the server's list at"
              + " most %d ms later%n",
          server,
          ROUNDS,
          took[0],
          took[ROUNDS - 1],
          took[ROUNDS / 2],
          gone);
      assertThat(Duration.ofMillis(took[0])).isGreaterThanOrEqualTo(Duration.ofMillis(295));
      assertThat(Duration.ofMillis(took[ROUNDS / 2])).isLessThan(IN_TIME);
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void callersDeadline_andPreparedStatements_endInTimeToo(Server server) throws Exception {
    try (HikariDataSource pool = pool(server.url())) {
      EvenkeelDataSource source = EvenkeelDataSource.builder(pool).build();
      run(source, "SELECT 1");
      assertThat(millisUntilCut(() -> CallContext.current()
              .withDeadline(Deadline.after(Duration.ofMillis(300)))
              .run(() -> value(source, server.sleep()))))
          .isLessThan(2_500);
      assertThat(value(source, "SELECT 7")).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void transactionThatWasCut_leavesNothing_andItsLocksAreFree(Server server) throws Exception {
    String table = "evenkeel_cut_" + Long.toHexString(System.nanoTime());
    try (HikariDataSource pool = pool(server.url());
        Connection own = server.connect();
        Statement setup = own.createStatement()) {
      EvenkeelDataSource source = EvenkeelDataSource.builder(pool).build();
      setup.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY)");
      Pipeline orders = Pipeline.of("orders", Timeout.ofMillis(300));
      assertThatThrownBy(() -> orders.run(() -> {
            try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
              connection.setAutoCommit(false);
              statement.execute("INSERT INTO " + table + " VALUES (1)");
              try {
                statement.execute(server.sleep());
              } finally {
                connection.commit(); // whoever does so in spite of the failure
              }
            }
          }))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(value(source, "SELECT COUNT(*) FROM " + table)).isZero();
      setup.execute("INSERT INTO " + table + " VALUES (1)");
      setup.execute("DROP TABLE " + table);
    }
  }

  /** Why an interrupt is not enough: the drivers do not hear it. */
  @ParameterizedTest
  @EnumSource(Server.class)
  void interruptAlone_endsNothing(Server server) throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      Thread.currentThread().interrupt();
      long begin = System.nanoTime();
      statement.execute(server.sleep());
      assertThat(since(begin)).isGreaterThan(Duration.ofMillis(2_500));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** A cancel never hits what the connection does next: 200 statements that end about in time. */
  @ParameterizedTest
  @EnumSource(Server.class)
  void cancelThatComesAsTheStatementEnds_hitsNoOther(Server server) throws Exception {
    String brief = server.sleep().replace("3", "0.02");
    try (HikariDataSource pool = pool(server.url())) {
      EvenkeelDataSource source = EvenkeelDataSource.builder(pool).build();
      run(source, "SELECT 1");
      int cut = 0;
      for (int i = 0; i < 200; i++) {
        Pipeline orders =
            Pipeline.of("orders", Timeout.of(Duration.ofNanos(18_000_000 + i * 40_000L)));
        try {
          orders.run(() -> run(source, brief));
        } catch (CallTimeoutException late) {
          cut++;
        }
        assertThat(value(source, "SELECT 7")).isEqualTo(7);
      }
      System.out.printf(Locale.ROOT, "%s: %d of 200 were cut about when they ended%n", server, cut);
    }
  }

  /** The network is gone: neither the statement nor a cancel comes back. */
  @ParameterizedTest
  @EnumSource(Server.class)
  void networkThatIsGone_costsTheConnection_andNotTheThread(Server server) throws Exception {
    try (BlackHole hole = new BlackHole(server.url());
        HikariDataSource pool = pool(server.impatient(hole.url()))) {
      EvenkeelDataSource source =
          EvenkeelDataSource.builder(pool).abortAfter(Duration.ofMillis(300)).build();
      run(source, "SELECT 1");
      Pipeline orders = Pipeline.of("orders", Timeout.ofMillis(300));
      long begin = System.nanoTime();
      assertThatThrownBy(() -> orders.run(() -> {
            try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
              hole.swallow();
              statement.execute("SELECT 1");
            }
          }))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(since(begin)).isLessThan(Duration.ofSeconds(20));
      System.out.printf(
          Locale.ROOT,
          "%s, network gone: back after %d ms%n",
          server,
          since(begin).toMillis());
      hole.restore();
      assertThat(value(source, "SELECT 7")).isEqualTo(7);
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
