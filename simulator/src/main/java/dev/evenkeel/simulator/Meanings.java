package dev.evenkeel.simulator;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;

/** What the fields of a scenario mean, for people. */
final class Meanings {

  private final Properties texts = new Properties();

  Meanings() {
    try (Reader in = new InputStreamReader(
        Objects.requireNonNull(Meanings.class.getResourceAsStream("fields.properties")),
        StandardCharsets.UTF_8)) {
      texts.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("fields.properties: cannot be read", e);
    }
  }

  String of(Field field) {
    String text = texts.getProperty(field.key);
    if (text == null) {
      throw new IllegalStateException("fields.properties: nothing about " + field.key);
    }
    return text;
  }
}
