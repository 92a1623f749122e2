package dev.evenkeel.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads files of settings: as bytes that stood still while they were read, and as properties. */
final class FileText {

  /** More than any settings need, and little to read. */
  static final int MOST_BYTES = 1 << 20;

  private FileText() {}

  static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }

  /**
   * The bytes of a file.
   *
   * @return null if it was written meanwhile
   * @throws SettingsException if it cannot be read
   */
  static byte @Nullable [] bytes(Path file) {
    try {
      BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
      if (!before.isRegularFile()) {
        throw new SettingsException(name(file), "no file", "a file of settings");
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MOST_BYTES + 1);
      }
      if (bytes.length > MOST_BYTES) {
        throw new SettingsException(name(file), "more than 1 MiB", "a file of settings");
      }
      BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
      boolean still = before.size() == after.size()
          && after.size() == bytes.length
          && before.lastModifiedTime().equals(after.lastModifiedTime());
      return still ? bytes : null;
    } catch (NoSuchFileException missing) {
      throw new SettingsException(name(file), "no such file", "a file of settings");
    } catch (IOException | SecurityException unreadable) {
      throw new SettingsException(
          name(file), "a file that cannot be read, " + unreadable, "a file of settings");
    }
  }

  /** The properties that a file's bytes hold; what is no property is a problem. */
  static List<Property> properties(String file, byte[] bytes, Problems problems) {
    String name = file.toLowerCase(Locale.ROOT);
    boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
    if (!yaml && !name.endsWith(".properties")) {
      problems.add(
          "", file, "a file of another kind", "a name that ends with .properties, .yaml or .yml");
      return List.of();
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      problems.add("", file, "bytes that are not UTF-8", "UTF-8");
      return List.of();
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (!yaml) {
      return PropertiesText.read(text, file, problems);
    }
    if (!isYamlThere()) {
      problems.add(
          "",
          file,
          "YAML, and nothing that reads it",
          "org.snakeyaml:snakeyaml-engine on the class path, or a .properties file");
      return List.of();
    }
    return YamlText.read(text, file, problems);
  }

  private static boolean isYamlThere() {
    try {
      Class.forName(
          "org.snakeyaml.engine.v2.api.LoadSettings", false, FileText.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError notThere) {
      return false;
    }
  }
}
