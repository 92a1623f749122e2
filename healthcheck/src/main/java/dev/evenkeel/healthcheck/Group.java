package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;

/**
 * A question that somebody outside asks, over the checks that bear on the answer. Immutable.
 *
 * @param name the last part of its path: {@code /health/<name>}; letters, digits and hyphens
 * @param servesWhenUnknown whether UNKNOWN is answered with 200 or, if false, with 503
 */
public record Group(String name, boolean servesWhenUnknown) {

  /**
   * Is a restart what this process needs? LOCAL checks only, and only those that ask for it. What
   * is unknown is no reason for a restart.
   */
  public static final String LIVE = "live";

  /** May traffic be sent here? LOCAL checks, the start and the drain; SHARED ones if opted in. */
  public static final String READY = "ready";

  /** Has it started? Stays so once it has. */
  public static final String STARTED = "started";

  /** Everything, for people and dashboards; the name stands in snapshots, not in a path. */
  public static final String ALL = "all";

  /**
   * Checks the name.
   *
   * @param name the last part of its path
   * @param servesWhenUnknown whether UNKNOWN is answered with 200
   * @throws IllegalArgumentException if the name is not one for a path
   */
  public Group {
    Checks.name("group", name);
    if (!name.chars().allMatch(Group::isPathCharacter)) {
      throw new IllegalArgumentException(
          "group: \"" + name + "\" (expected: letters, digits and hyphens)");
    }
  }

  private static boolean isPathCharacter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  }
}
