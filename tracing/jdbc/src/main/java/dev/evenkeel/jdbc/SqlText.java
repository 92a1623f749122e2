package dev.evenkeel.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What telemetry says of a statement: its text without a value of anybody's, and what it does to
 * which tables. Immutable.
 *
 * @param redacted the text with {@code ?} for each literal, without comments
 * @param summary such as {@code SELECT orders customers}; of few different values
 * @param operation its first word; null if there is none
 * @param collection the one table; null if there is none, or several
 */
record SqlText(
    String redacted,
    String summary,
    @Nullable String operation,
    @Nullable String collection) {

  private static final int MAX_SUMMARY = 255;

  private static final Set<String> OPERATIONS = Set.of(
      "SELECT",
      "INSERT",
      "UPDATE",
      "DELETE",
      "MERGE",
      "CALL",
      "CREATE",
      "ALTER",
      "DROP",
      "TRUNCATE",
      "REPLACE");

  private static final Set<String> BEFORE_TABLE = Set.of("FROM", "JOIN", "INTO", "UPDATE", "TABLE");

  /** {@code FOR UPDATE}, {@code DO UPDATE}, {@code ON DUPLICATE KEY UPDATE}, {@code ON UPDATE}. */
  private static final Set<String> NOT_AN_OPERATION_AFTER = Set.of("FOR", "DO", "KEY", "ON");

  private static final Set<String> NO_TABLE =
      Set.of("SELECT", "ONLY", "LATERAL", "IF", "NOT", "EXISTS", "SET", "VALUES", "IGNORE");

  /**
   * Looks at a statement.
   *
   * @param sql the statement
   * @param backslashEscapes whether the database is of MySQL's family
   */
  static SqlText of(String sql, boolean backslashEscapes) {
    SqlLexer lexer = new SqlLexer(sql, backslashEscapes);
    String redacted = lexer.redacted();
    List<String> summary = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    String first = null;
    String previous = "";
    for (String token : lexer.names()) {
      String word = token.toUpperCase(Locale.ROOT);
      if (first == null && !word.equals("(")) {
        first = word;
      }
      boolean operation = OPERATIONS.contains(word) && !NOT_AN_OPERATION_AFTER.contains(previous);
      if (operation) {
        summary.add(word);
      } else if (BEFORE_TABLE.contains(previous)
          && !NO_TABLE.contains(word)
          && !BEFORE_TABLE.contains(word)
          && !word.equals("(")) {
        summary.add(token);
        if (!tables.contains(token)) {
          tables.add(token);
        }
      }
      boolean locking = word.equals("UPDATE") && !operation;
      previous = locking ? "" : isBetween(previous, word) ? previous : word;
    }
    if (summary.isEmpty() && first != null) {
      summary.add(first);
    }
    return new SqlText(
        redacted, shortened(summary), first, tables.size() == 1 ? tables.get(0) : null);
  }

  /**
   * {@code DELETE FROM ONLY t}, {@code CREATE TABLE IF NOT EXISTS t}, {@code INSERT IGNORE INTO}.
   */
  private static boolean isBetween(String previous, String word) {
    return BEFORE_TABLE.contains(previous) && NO_TABLE.contains(word) && !word.equals("SELECT");
  }

  private static String shortened(List<String> words) {
    StringBuilder summary = new StringBuilder();
    for (String word : words) {
      if (summary.length() + word.length() + 1 > MAX_SUMMARY) {
        break;
      }
      summary.append(summary.length() == 0 ? "" : " ").append(word);
    }
    return summary.toString();
  }
}
