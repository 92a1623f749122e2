package dev.evenkeel.settings;

import dev.evenkeel.core.Checks;

/**
 * A setting as it was written: what files, and frameworks such as Spring, are read into.
 *
 * @param key the whole key, e.g. {@code evenkeel.pipelines.inventory.timeout.duration}
 * @param value the value; empty if nothing is written after the key
 * @param origin where it was written, for errors and reports, e.g. {@code evenkeel.yaml:12}
 */
public record Property(String key, String value, String origin) {

  /**
   * Creates a property.
   *
   * @param key the whole key
   * @param value the value
   * @param origin where it was written
   * @throws NullPointerException if one of them is null
   */
  public Property {
    Checks.notNull("key", key);
    Checks.notNull("value", value);
    Checks.notNull("origin", origin);
  }
}
