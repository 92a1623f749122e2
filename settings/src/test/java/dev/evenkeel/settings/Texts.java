package dev.evenkeel.settings;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Settings from lines. */
final class Texts {

  private Texts() {}

  /** Of lines without {@code evenkeel.}. */
  static Settings settings(String... lines) {
    return properties(Stream.of(lines).map(line -> "evenkeel." + line).toArray(String[]::new));
  }

  static Settings properties(String... lines) {
    return file("test.properties", String.join("\n", lines));
  }

  static Settings file(String name, String text) {
    return SettingsFile.parse(Path.of(name), text.getBytes(StandardCharsets.UTF_8));
  }

  /** What is wrong with lines without {@code evenkeel.}. */
  static List<String> problems(String... lines) {
    return problemsOf(Stream.of(lines).map(line -> "evenkeel." + line).toArray(String[]::new));
  }

  static List<String> problemsOf(String... lines) {
    return problemsIn("test.properties", String.join("\n", lines));
  }

  static List<String> problemsIn(String file, String text) {
    try {
      file(file, text);
      return List.of();
    } catch (SettingsException wrong) {
      return wrong.problems().stream().map(SettingsProblem::toString).toList();
    }
  }

  static String value(Settings settings, String pipeline, String key) {
    return settings.of(pipeline).effective().stream()
        .filter(value -> value.key().equals(key))
        .findFirst()
        .orElseThrow()
        .value();
  }
}
