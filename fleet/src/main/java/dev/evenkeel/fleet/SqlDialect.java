package dev.evenkeel.fleet;

import java.sql.SQLException;
import java.util.Locale;

/** What differs between databases: the present time, and an insert that may find a row there. */
enum SqlDialect {
  POSTGRESQL("postgresql", "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"),
  MARIADB("mariadb", "cast(floor(unix_timestamp(sysdate(3)) * 1000) as signed)"),
  H2("h2", "cast(extract(epoch from current_timestamp) * 1000 as bigint)");

  private static final String SHARED = "evenkeel_fleet";
  private static final String REPORTS = "evenkeel_fleet_report";

  private final String script;
  private final String now;

  SqlDialect(String script, String now) {
    this.script = "/dev/evenkeel/fleet/" + script + ".sql";
    this.now = now;
  }

  static SqlDialect of(String product) throws SQLException {
    String name = product.toLowerCase(Locale.ROOT);
    if (name.contains("postgres")) {
      return POSTGRESQL;
    } else if (name.contains("mariadb") || name.contains("mysql")) {
      return MARIADB;
    } else if (name.equals("h2")) {
      return H2;
    }
    throw new SQLException(
        "database: " + product + " (expected: PostgreSQL, MariaDB, MySQL or H2)");
  }

  String script() {
    return script;
  }

  boolean isTableMissing(SQLException fault) {
    String state = fault.getSQLState();
    // PostgreSQL; the standard's, as MariaDB has it; H2's for an empty database.
    return "42P01".equals(state) || "42S02".equals(state) || "42S04".equals(state);
  }

  SQLException tableMissing(SQLException fault) {
    return new SQLException(
        "tables " + SHARED + " and " + REPORTS + ": not there (expected: as created by the script "
            + script + " in the jar of evenkeel-fleet)",
        fault.getSQLState(),
        fault);
  }

  /** The row that was to be inserted is there. */
  boolean isThere(SQLException fault) {
    return "23505".equals(fault.getSQLState());
  }

  String readShared() {
    return "select version, content, " + now + " - changed from " + SHARED
        + " where dependency = ?";
  }

  /** Changes nothing if there is a row. */
  String insertShared() {
    String into = "into " + SHARED + " (dependency, version, content, changed)";
    String values = " values (?, ?, ?, " + now + ")";
    return switch (this) {
      case POSTGRESQL -> "insert " + into + values + " on conflict do nothing";
      case MARIADB -> "insert ignore " + into + values;
      case H2 -> "insert " + into + values; // and fails if there is one
    };
  }

  String updateShared() {
    return "update " + SHARED + " set version = ?, content = ?, changed = " + now
        + " where dependency = ? and version = ?";
  }

  String updateReport() {
    return "update " + REPORTS + " set content = ?, changed = " + now
        + " where dependency = ? and member = ?";
  }

  String insertReport() {
    return "insert into " + REPORTS + " (content, changed, dependency, member) values (?, " + now
        + ", ?, ?)";
  }

  String readReports() {
    return "select member, content, " + now + " - changed from " + REPORTS
        + " where dependency = ? and " + now + " - changed < ?";
  }

  String deleteReports() {
    return "delete from " + REPORTS + " where dependency = ? and (member = ? or " + now
        + " - changed >= ?)";
  }
}
