package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Whether a database answers, by {@link Connection#isValid}. A connection from the application's
 * own pool finds an exhausted pool too. Thread-safe.
 */
public final class JdbcCheck implements HealthCheck {

  private final DataSource source;
  private final int timeoutSeconds;

  private JdbcCheck(DataSource source, Duration timeout) {
    this.source = Checks.notNull("source", source);
    long nanos = Checks.positiveNanos("timeout", timeout);
    this.timeoutSeconds =
        (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999_999L) / 1_000_000_000L);
  }

  /**
   * Asks with a timeout of 1 s.
   *
   * @param source where to get a connection
   * @return the check
   */
  public static JdbcCheck of(DataSource source) {
    return new JdbcCheck(source, Duration.ofSeconds(1));
  }

  /**
   * Asks.
   *
   * @param source where to get a connection
   * @param timeout for the validation, more than 0, in whole seconds, rounded up
   * @return the check
   */
  public static JdbcCheck of(DataSource source, Duration timeout) {
    return new JdbcCheck(source, timeout);
  }

  @Override
  public CheckResult check() throws SQLException {
    try (Connection connection = source.getConnection()) {
      return connection.isValid(timeoutSeconds)
          ? CheckResult.up()
          : CheckResult.down("the connection is not valid");
    }
  }
}
