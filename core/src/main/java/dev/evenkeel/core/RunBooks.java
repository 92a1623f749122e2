package dev.evenkeel.core;

/**
 * Where people on call read what to do: the log line of a breaker that opens and the health page
 * name the section. It is a path in Evenkeel's repository, as in its alert rules, unless the system
 * property {@code evenkeel.runbooks} has the address of a copy, such as
 * {@code https://wiki.example/evenkeel/runbooks}. The property is read once. Thread-safe.
 */
public final class RunBooks {

  static final String PROPERTY = "evenkeel.runbooks";

  private static final String IN_THE_REPOSITORY = "docs/runbooks.md";
  private static final String ADDRESS = address(System.getProperty(PROPERTY, ""));

  private RunBooks() {}

  static String address(String property) {
    return property.isBlank() ? IN_THE_REPOSITORY : property.strip();
  }

  /**
   * Where a section is.
   *
   * @param section its anchor, e.g. {@code "breaker-open"}
   * @return its address, or its path in the repository
   */
  public static String section(String section) {
    return ADDRESS + "#" + section;
  }
}
