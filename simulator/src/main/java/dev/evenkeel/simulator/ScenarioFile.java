package dev.evenkeel.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads scenarios: {@code field = value} in each line, {@code #} for comments. From a file, or by
 * name one of those that come with the simulator.
 */
final class ScenarioFile {

  /** What comes with the simulator. */
  static final List<String> SHIPPED =
      List.of("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S13");

  private final String source;
  private final Map<Field, String> values = new EnumMap<>(Field.class);
  private final Map<Field, Integer> lines = new EnumMap<>(Field.class);

  private ScenarioFile(String source) {
    this.source = source;
  }

  /**
   * Reads a scenario.
   *
   * @param nameOrFile S1 to S13, or a file
   * @param settings {@code field=value}, which win over what the file says
   * @throws ScenarioException if it cannot be read or is wrong
   */
  static Scenario read(String nameOrFile, List<String> settings) {
    String shipped = nameOrFile.toUpperCase(Locale.ROOT);
    ScenarioFile file = new ScenarioFile(nameOrFile);
    file.parse(SHIPPED.contains(shipped) ? shipped(shipped) : fromDisk(nameOrFile));
    for (String setting : settings) {
      file.set(setting);
    }
    return file.scenario();
  }

  private static List<String> shipped(String name) {
    try (InputStream in = ScenarioFile.class.getResourceAsStream(name + ".properties")) {
      if (in == null) {
        throw new ScenarioException(name + ": not in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new ScenarioException(name + ": cannot be read: " + e);
    }
  }

  private static List<String> fromDisk(String name) {
    try {
      Path path = Path.of(name);
      if (!Files.isRegularFile(path)) {
        throw new ScenarioException(name + ": no such file (expected: a file, or one of "
            + String.join(", ", SHIPPED) + ")");
      }
      return Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new ScenarioException(name + ": not a text in UTF-8 (expected: field = value)");
    } catch (IOException | InvalidPathException e) {
      throw new ScenarioException(name + ": cannot be read: " + e.getMessage());
    }
  }

  private void parse(List<String> text) {
    int number = 0;
    for (String raw : text) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String where = source + ":" + number + ": ";
      int equals = line.indexOf('=');
      if (equals <= 0) {
        throw new ScenarioException(where + line + " (expected: field = value)");
      }
      Field field = field(where, line.substring(0, equals).strip());
      if (lines.putIfAbsent(field, number) != null) {
        throw new ScenarioException(
            where + field.key + ": again (expected: once; it is in line " + lines.get(field) + ")");
      }
      put(where, field, line.substring(equals + 1).strip());
    }
  }

  private void set(String setting) {
    String where = "--set " + setting + ": ";
    int equals = setting.indexOf('=');
    if (equals <= 0) {
      throw new ScenarioException(where + "not understood (expected: field=value)");
    }
    Field field = field(where, setting.substring(0, equals).strip());
    lines.remove(field);
    put(where, field, setting.substring(equals + 1).strip());
  }

  private static Field field(String where, String key) {
    Field field = Field.of(key);
    if (field == null) {
      throw new ScenarioException(
          where + key + ": no such field (expected: one of " + Field.keys() + ")");
    }
    return field;
  }

  private void put(String where, Field field, String value) {
    try {
      var unused = field.parse(value);
    } catch (IllegalArgumentException e) {
      throw new ScenarioException(where + e.getMessage());
    }
    values.put(field, value);
  }

  /** Errors that only show when all fields are known name the line of the field that is wrong. */
  private Scenario scenario() {
    try {
      return new Scenario(values);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      Field field = Field.of(message.substring(0, Math.max(0, message.indexOf(':'))));
      Integer line = field == null ? null : lines.get(field);
      throw new ScenarioException(source + (line == null ? "" : ":" + line) + ": " + message);
    }
  }
}
