package dev.evenkeel.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Asks a pool that is known for its size, if its class is there. */
final class KnownPools {

  /**
   * The settings of a pool.
   *
   * @param size how many connections it has at most
   * @param waitMillis how long it waits for one of them
   */
  record PoolSettings(int size, long waitMillis) {}

  private KnownPools() {}

  /** Null if it is none that is known. */
  static @Nullable PoolSettings of(DataSource pool) {
    try {
      return Hikari.of(pool);
    } catch (LinkageError | SQLException absent) {
      return null;
    }
  }

  /** A class of its own, which is not loaded before it is used. */
  private static final class Hikari {

    static @Nullable PoolSettings of(DataSource pool) throws SQLException {
      HikariDataSource hikari = pool instanceof HikariDataSource itself
          ? itself
          : pool.isWrapperFor(HikariDataSource.class) ? pool.unwrap(HikariDataSource.class) : null;
      return hikari == null
          ? null
          : new PoolSettings(hikari.getMaximumPoolSize(), hikari.getConnectionTimeout());
    }
  }
}
