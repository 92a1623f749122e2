package dev.evenkeel.settings;

/**
 * What is wrong with one setting.
 *
 * @param key the whole key as it was written; empty if the file itself is the problem
 * @param origin where it was written, e.g. {@code evenkeel.yaml:12}
 * @param found what is there, shortened and without control characters
 * @param expected what should be there, and what to do
 */
public record SettingsProblem(String key, String origin, String found, String expected) {

  private static final int LONGEST = 100;

  /**
   * Creates a problem.
   *
   * @param key the whole key as it was written; empty if the file itself is the problem
   * @param origin where it was written, e.g. {@code evenkeel.yaml:12}
   * @param found what is there; what cannot be shown in a log is replaced
   * @param expected what should be there, and what to do
   */
  public SettingsProblem {
    key = shown(key);
    found = shown(found);
  }

  /** No file writes lines of its own into a log, nor very long ones. */
  private static String shown(String text) {
    String shortened = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    StringBuilder shown = new StringBuilder(shortened.length());
    shortened.chars().forEach(c -> shown.append(isPrintable(c) ? (char) c : '?'));
    return shown.toString();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED -> false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return origin + ": " + (key.isEmpty() ? "" : key + ": ") + found + " (expected: " + expected
        + ")";
  }
}
