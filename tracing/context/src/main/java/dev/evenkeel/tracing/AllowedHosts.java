package dev.evenkeel.tracing;

import dev.evenkeel.core.Checks;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * To which hosts the headers of a call may go: trace, baggage, deadline, attempt, criticality. A
 * request to any other host goes without them, so that nothing leaks to third parties. Immutable
 * and thread-safe.
 */
public final class AllowedHosts {

  private static final AllowedHosts ALL = new AllowedHosts(Set.of(), Set.of(), true);

  private final Set<String> hosts;
  private final Set<String> suffixes;
  private final boolean all;

  private AllowedHosts(Set<String> hosts, Set<String> suffixes, boolean all) {
    this.hosts = hosts;
    this.suffixes = suffixes;
    this.all = all;
  }

  /**
   * Every host.
   *
   * @return the default
   */
  public static AllowedHosts all() {
    return ALL;
  }

  /**
   * Only these hosts.
   *
   * @param patterns a host name or address, {@code stock.example}; or a suffix that begins with a
   *     dot, {@code .svc.cluster.local}, for all hosts below it, but not for the name itself. Case
   *     does not matter. None at all means that nothing goes anywhere.
   * @return the list
   * @throws IllegalArgumentException if a pattern is neither
   */
  public static AllowedHosts of(String... patterns) {
    Checks.notNull("allowedHosts", patterns);
    for (String pattern : patterns) {
      check(pattern);
    }
    return new AllowedHosts(
        Arrays.stream(patterns)
            .filter(pattern -> !pattern.startsWith("."))
            .map(AllowedHosts::normal)
            .collect(Collectors.toUnmodifiableSet()),
        Arrays.stream(patterns)
            .filter(pattern -> pattern.startsWith("."))
            .map(AllowedHosts::normal)
            .collect(Collectors.toUnmodifiableSet()),
        false);
  }

  private static void check(@Nullable String pattern) {
    Checks.name("allowedHosts", pattern);
    if (pattern != null
        && (pattern.equals(".")
            || pattern.chars().anyMatch(c -> c == '/' || c == '*' || c == '@' || c <= ' '))) {
      throw new IllegalArgumentException("allowedHosts: \"" + pattern
          + "\" (expected: a host, or a suffix that begins with a dot; no scheme, path or *)");
    }
  }

  /**
   * Whether a host is on the list.
   *
   * @param host as in a URI; null if it has none
   * @return true if headers may go there
   */
  public boolean allows(@Nullable String host) {
    if (all) {
      return true;
    }
    if (host == null) {
      return false;
    }
    String name = normal(host);
    return hosts.contains(name) || suffixes.stream().anyMatch(name::endsWith);
  }

  /**
   * Whether there is a list at all.
   *
   * @return false if every host is allowed
   */
  public boolean isRestricted() {
    return !all;
  }

  /** Lower case, and without the dot at the end that a full name may have. */
  private static String normal(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.length() > 1 && lower.endsWith(".")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }

  @Override
  public String toString() {
    return all ? "AllowedHosts(all)" : "AllowedHosts(" + hosts + ", " + suffixes + ")";
  }
}
