package dev.evenkeel.benchmarks.cases;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.jdbc.EvenkeelDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A query by its key with three parameters, from taking the connection out of a HikariCP pool to
 * giving it back, on an H2 in memory: no wire, so what is around it shows. Without an
 * OpenTelemetry; {@code datasource-proxy} has a listener that does nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class StatementAlone {

  private static final int ROWS = 100;
  private static final String QUERY =
      "SELECT amount FROM orders WHERE id = ? AND city = ? AND open = ?";

  /** The pool and nothing else. */
  @State(Scope.Benchmark)
  public static class Statements {
    private final HikariDataSource pool = pool();
    private final DataSource source = source(pool);

    DataSource source(HikariDataSource bare) {
      return bare;
    }

    int call() throws SQLException {
      return query();
    }

    final int query() throws SQLException {
      try (Connection connection = source.getConnection();
          PreparedStatement statement = connection.prepareStatement(QUERY)) {
        statement.setInt(1, 7);
        statement.setString(2, "Bergen");
        statement.setBoolean(3, true);
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          return rows.getInt(1);
        }
      }
    }

    @TearDown
    public void check() throws SQLException {
      Verify.that(call() == 70, "the row arrives");
      pool.close();
    }
  }

  private static HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:orders");
    config.setMinimumIdle(2);
    config.setMaximumPoolSize(2);
    HikariDataSource pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection()) {
      fill(connection);
    } catch (SQLException fault) {
      throw new IllegalStateException(fault);
    }
    return pool;
  }

  private static void fill(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE orders (id INT PRIMARY KEY, city VARCHAR(99), open BOOLEAN, amount INT)");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders VALUES (?, 'Bergen', TRUE, ?)")) {
      for (int i = 0; i < ROWS; i++) {
        insert.setInt(1, i);
        insert.setInt(2, 10 * i);
        insert.executeUpdate();
      }
    }
  }

  @Benchmark
  public int bare(Statements state) throws SQLException {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class DatasourceProxy extends Statements {
    @Override
    DataSource source(HikariDataSource bare) {
      return ProxyDataSourceBuilder.create(bare)
          .beforeQuery((call, queries) -> {})
          .build();
    }
  }

  @Benchmark
  public int datasourceProxy(DatasourceProxy state) throws SQLException {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends Statements {
    @Override
    DataSource source(HikariDataSource bare) {
      return EvenkeelDataSource.builder(bare).build();
    }
  }

  @Benchmark
  public int evenkeel(Evenkeel state) throws SQLException {
    return state.call();
  }

  /** Under a timeout that would cancel the statement. */
  @State(Scope.Benchmark)
  public static class EvenkeelFullStack extends Evenkeel {
    private final Pipeline orders = Pipeline.of(
        "orders", CircuitBreaker.of(Settings.countWindow()), Timeout.of(Settings.TIMEOUT));

    @Override
    DataSource source(HikariDataSource bare) {
      return EvenkeelDataSource.builder(bare)
          .pipeline(Pipeline.of(
              "database", CircuitBreaker.of(Settings.countWindow()), Timeout.of(Settings.TIMEOUT)))
          .build();
    }

    @Override
    int call() throws SQLException {
      return orders.call(this::query);
    }
  }

  @Benchmark
  public int evenkeelFullStack(EvenkeelFullStack state) throws SQLException {
    return state.call();
  }
}
