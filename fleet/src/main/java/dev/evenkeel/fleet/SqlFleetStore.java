package dev.evenkeel.fleet;

import dev.evenkeel.core.Checks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A store in a database that the application has already: PostgreSQL, MariaDB, MySQL or H2. It
 * needs two small tables; they are never created silently. Their script is in this artifact, one
 * for each database: {@code /dev/evenkeel/fleet/postgresql.sql}, {@code mariadb.sql} (for MySQL
 * too) and {@code h2.sql}.
 *
 * <p>One connection is borrowed for each exchange, for a few statements by primary key. Ages are by
 * the database's clock, so the processes' clocks need not agree. Thread-safe.
 */
public final class SqlFleetStore implements FleetStore {

  private final DataSource dataSource;
  private volatile @Nullable SqlDialect dialect; // known with the first connection

  /**
   * Creates a store. Nothing is asked of the database yet.
   *
   * @param dataSource where the tables are; not the database that the fleet guards
   */
  public SqlFleetStore(DataSource dataSource) {
    this.dataSource = Checks.notNull("dataSource", dataSource);
  }

  private interface Work<T> {
    T in(Connection connection, SqlDialect sql) throws SQLException;
  }

  /** In one transaction, whatever the connection's habits are. */
  private <T> T with(Work<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      SqlDialect known = dialect;
      SqlDialect sql =
          known == null ? SqlDialect.of(connection.getMetaData().getDatabaseProductName()) : known;
      dialect = sql;
      boolean commits = !connection.getAutoCommit();
      try {
        T result = work.in(connection, sql);
        if (commits) {
          connection.commit();
        }
        return result;
      } catch (SQLException e) {
        if (commits) {
          connection.rollback();
        }
        throw sql.isTableMissing(e) ? sql.tableMissing(e) : e;
      }
    }
  }

  @Override
  public Shared exchange(String dependency, String member, @Nullable String report)
      throws SQLException {
    return with((connection, sql) -> {
      if (report != null) {
        write(connection, sql, dependency, member, report);
      }
      try (PreparedStatement select = connection.prepareStatement(sql.readShared())) {
        select.setString(1, dependency);
        try (ResultSet rows = select.executeQuery()) {
          return rows.next()
              ? new Shared(rows.getLong(1), rows.getString(2), age(rows.getLong(3)))
              : Shared.NONE;
        }
      }
    });
  }

  private static void write(
      Connection connection, SqlDialect sql, String dependency, String member, String report)
      throws SQLException {
    if (write(connection, sql.updateReport(), dependency, member, report) == 0) {
      // Nobody else writes this row.
      write(connection, sql.insertReport(), dependency, member, report);
    }
  }

  private static int write(
      Connection connection, String statement, String dependency, String member, String report)
      throws SQLException {
    try (PreparedStatement change = connection.prepareStatement(statement)) {
      change.setString(1, report);
      change.setString(2, dependency);
      change.setString(3, member);
      return change.executeUpdate();
    }
  }

  /** The database's clock may have been set back. */
  private static Duration age(long millis) {
    return Duration.ofMillis(Math.max(0, millis));
  }

  @Override
  public List<Report> reports(String dependency, Duration youngerThan) throws SQLException {
    return with((connection, sql) -> {
      try (PreparedStatement select = connection.prepareStatement(sql.readReports())) {
        select.setString(1, dependency);
        select.setLong(2, youngerThan.toMillis());
        try (ResultSet rows = select.executeQuery()) {
          List<Report> reports = new ArrayList<>();
          while (rows.next()) {
            reports.add(new Report(rows.getString(1), rows.getString(2), age(rows.getLong(3))));
          }
          return reports;
        }
      }
    });
  }

  @Override
  public boolean replace(String dependency, long expectedVersion, long newVersion, String text)
      throws SQLException {
    return with((connection, sql) -> expectedVersion == 0
        ? insert(connection, sql, dependency, newVersion, text)
        : update(connection, sql, dependency, expectedVersion, newVersion, text));
  }

  private static boolean insert(
      Connection connection, SqlDialect sql, String dependency, long version, String text)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql.insertShared())) {
      insert.setString(1, dependency);
      insert.setLong(2, version);
      insert.setString(3, text);
      return insert.executeUpdate() == 1;
    } catch (SQLException e) {
      if (sql.isThere(e)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean update(
      Connection connection,
      SqlDialect sql,
      String dependency,
      long expectedVersion,
      long newVersion,
      String text)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql.updateShared())) {
      update.setLong(1, newVersion);
      update.setString(2, text);
      update.setString(3, dependency);
      update.setLong(4, expectedVersion);
      return update.executeUpdate() == 1;
    }
  }

  @Override
  public void remove(String dependency, String member, Duration olderThan) throws SQLException {
    with((connection, sql) -> {
      try (PreparedStatement delete = connection.prepareStatement(sql.deleteReports())) {
        delete.setString(1, dependency);
        delete.setString(2, member);
        delete.setLong(3, olderThan.toMillis());
        return delete.executeUpdate();
      }
    });
  }

  @Override
  public String toString() {
    SqlDialect known = dialect;
    return "sql" + (known == null ? "" : " (" + known.script() + ")");
  }
}
