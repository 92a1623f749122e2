package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real database, embedded and in a file, behind a HikariCP pool of two. */
class H2Test {

  /** Runs for hours. */
  private static final String SLOW =
      "SELECT COUNT(*) FROM SYSTEM_RANGE(1, 1000000) A, SYSTEM_RANGE(1, 1000000) B";

  @TempDir
  private Path folder;

  private final ManualKernel kernel = ManualKernel.create();
  private HikariDataSource pool;
  private EvenkeelDataSource source;

  @BeforeEach
  void open() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:file:" + folder.resolve("shop") + ";DB_CLOSE_ON_EXIT=FALSE");
    config.setMaximumPoolSize(2);
    config.setConnectionTimeout(20_000);
    pool = new HikariDataSource(config);
    source = EvenkeelDataSource.builder(pool).build();
    run("CREATE TABLE orders (id INT PRIMARY KEY)");
  }

  @AfterEach
  void close() {
    assertThat(source.available()).isEqualTo(2);
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    pool.close();
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Pipeline orders() {
    return Pipeline.builder("orders")
        .kernel(kernel)
        .policies(Timeout.cooperative(Duration.ofMillis(300)))
        .build();
  }

  /** The time passes when H2 itself says that the query is being executed. */
  private void overWhenTheQueryRuns() {
    StandInDriver.onAnotherThread(() -> {
      try (Connection own = DriverManager.getConnection(pool.getJdbcUrl());
          Statement statement = own.createStatement()) {
        boolean runs = false;
        while (!runs) {
          try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM"
              + " INFORMATION_SCHEMA.SESSIONS WHERE EXECUTING_STATEMENT LIKE '%SYSTEM_RANGE%'"
              + " AND EXECUTING_STATEMENT NOT LIKE '%SESSIONS%'")) {
            runs = rows.next() && rows.getInt(1) > 0;
          }
        }
      } catch (SQLException broken) {
        throw new IllegalStateException(broken);
      }
      kernel.advance(Duration.ofMillis(300));
    });
  }

  private int count() throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM orders")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void slowQuery_isCutAgainAndAgain_andTheFileStaysOpen() throws Exception {
    Pipeline orders = orders();
    for (int i = 0; i < 10; i++) {
      overWhenTheQueryRuns();
      assertThatThrownBy(() -> orders.run(() -> run(SLOW)))
          .isInstanceOf(CallTimeoutException.class)
          .hasCauseInstanceOf(SQLException.class);
      run("INSERT INTO orders VALUES (" + i + ")");
    }
    run("CHECKPOINT SYNC");
    assertThat(count()).isEqualTo(10);
  }

  @Test
  void transactionThatWasCut_leavesNothing() throws Exception {
    Pipeline orders = orders();
    overWhenTheQueryRuns();
    assertThatThrownBy(() -> orders.run(() -> {
          try (Connection connection = source.getConnection();
              Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO orders VALUES (1)");
            try {
              statement.execute(SLOW);
            } finally {
              connection.commit(); // whoever does so in spite of the failure
            }
          }
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(count()).isZero();
  }

  /** So a statement that H2 does not cancel goes on: the guide says so. */
  @Test
  void abort_doesNothingInH2() throws Exception {
    try (Connection own = DriverManager.getConnection(pool.getJdbcUrl())) {
      own.abort(Runnable::run);
      assertThat(own.isClosed()).isFalse();
    }
  }

  @Test
  void poolOfTwo_refusesTheThird() throws Exception {
    EvenkeelDataSource impatient =
        EvenkeelDataSource.builder(pool).poolWait(Duration.ofMillis(5)).build();
    try (Connection first = impatient.getConnection();
        Connection second = impatient.getConnection()) {
      assertThat(first).isNotSameAs(second);
      assertThatThrownBy(impatient::getConnection).isInstanceOf(CallRefusedException.class);
    }
    assertThat(impatient.available()).isEqualTo(2);
  }

  @Test
  void poolsOwnTypes_areReached() throws Exception {
    assertThat(source.unwrap(HikariDataSource.class)).isSameAs(pool);
    assertThat(source.isWrapperFor(HikariDataSource.class)).isTrue();
    try (Connection connection = source.getConnection()) {
      assertThat(connection.unwrap(org.h2.jdbc.JdbcConnection.class)).isNotNull();
    }
  }
}
