package dev.evenkeel.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings that cannot be used: all their problems at once. Nothing was changed by them. */
public final class SettingsException extends IllegalArgumentException {

  private static final int SHOWN = 20;

  /** Not serialized: the message says the same. */
  private final transient @Nullable List<SettingsProblem> problems;

  SettingsException(List<SettingsProblem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  SettingsException(String origin, String found, String expected) {
    this(List.of(new SettingsProblem("", origin, found, expected)));
  }

  private static String message(List<SettingsProblem> problems) {
    if (problems.size() == 1) {
      return problems.get(0).toString();
    }
    StringBuilder text = new StringBuilder().append(problems.size()).append(" problems:");
    problems.stream().limit(SHOWN).forEach(problem -> text.append("\n- ").append(problem));
    if (problems.size() > SHOWN) {
      text.append("\n- and ").append(problems.size() - SHOWN).append(" more");
    }
    return text.toString();
  }

  /**
   * The problems.
   *
   * @return at least one, in the order of the settings; the first 1,000 if there are more
   */
  public List<SettingsProblem> problems() {
    return problems == null ? List.of() : problems;
  }
}
