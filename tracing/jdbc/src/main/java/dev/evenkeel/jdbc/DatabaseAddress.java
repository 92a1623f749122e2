package dev.evenkeel.jdbc;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which database it is, as far as a JDBC URL says. User, password and parameters in it are left
 * out.
 *
 * @param system the conventions' name of the product
 * @param namespace the database's name; null if the URL has none
 * @param host null if it is embedded, or there are several
 * @param port 0 if the URL has none
 */
record DatabaseAddress(
    String system, @Nullable String namespace, @Nullable String host, int port) {

  static final DatabaseAddress UNKNOWN = new DatabaseAddress(Semconv.OTHER_SQL, null, null, 0);

  private static final Map<String, String> SYSTEMS = Map.of(
      "postgresql", "postgresql",
      "mariadb", "mariadb",
      "mysql", "mysql",
      "h2", "h2database",
      "sqlserver", "microsoft.sql_server",
      "oracle", "oracle.db",
      "db2", "ibm.db2",
      "derby", "derby",
      "hsqldb", "hsqldb",
      "sqlite", "sqlite");

  /** {@code jdbc:product:anything//user@host:port/database?parameters}, each part optional. */
  private static final Pattern REMOTE = Pattern.compile(
      "//(?:[^/@]*@)?(\\[[0-9a-fA-F:.]+]|[^/:;?,]+)?(?::(\\d{1,5}))?(,[^/;?]*)?(?:/([^;?&]*))?");

  private static final Pattern EMBEDDED =
      Pattern.compile("(?:.*[:/\\\\])?([^:/\\\\;?]+)(?:[;?].*)?");

  private static final Pattern DATABASE_NAME = Pattern.compile("(?i);databaseName=([^;]+)");

  static DatabaseAddress of(@Nullable String url) {
    if (url == null || !url.startsWith("jdbc:")) {
      return UNKNOWN;
    }
    String rest = url.substring("jdbc:".length());
    int colon = rest.indexOf(':');
    if (colon < 0) {
      return UNKNOWN;
    }
    String product = rest.substring(0, colon).toLowerCase(Locale.ROOT);
    String system = SYSTEMS.getOrDefault(product, Semconv.OTHER_SQL);
    String location = rest.substring(colon + 1);
    Matcher remote = REMOTE.matcher(location);
    if (location.contains("//") && remote.find()) {
      boolean several = remote.group(3) != null;
      String port = several ? null : remote.group(2);
      return new DatabaseAddress(
          system,
          namespace(location, remote.group(4)),
          several ? null : remote.group(1),
          port == null ? 0 : Integer.parseInt(port));
    }
    Matcher embedded = EMBEDDED.matcher(location);
    return new DatabaseAddress(system, embedded.matches() ? embedded.group(1) : null, null, 0);
  }

  private static @Nullable String namespace(String location, @Nullable String path) {
    if (path != null && !path.isEmpty()) {
      return path;
    }
    Matcher named = DATABASE_NAME.matcher(location);
    return named.find() ? named.group(1) : null;
  }

  /** Whether a backslash in a text is an escape, and a text may stand in double quotes. */
  boolean isOfMySqlsFamily() {
    return system.equals("mysql") || system.equals("mariadb");
  }
}
