package dev.evenkeel.examples.journey;

/** The two databases that shipping can write to, where their SQL differs. */
enum Database {
  H2("SELECT COUNT(*) FROM SYSTEM_RANGE(1, 1000000) A, SYSTEM_RANGE(1, 1000000) B"),
  POSTGRESQL("SELECT pg_sleep(3)");

  private final String slowStatement;

  Database(String slowStatement) {
    this.slowStatement = slowStatement;
  }

  static Database of(String url) {
    return url.startsWith("jdbc:h2:") ? H2 : POSTGRESQL;
  }

  /** Takes 3 s or longer. */
  String slowStatement() {
    return slowStatement;
  }
}
