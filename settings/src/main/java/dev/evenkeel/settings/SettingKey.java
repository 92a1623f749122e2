package dev.evenkeel.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key of the settings, below {@code evenkeel.pipelines.<name>.} or
 * {@code evenkeel.configs.<config>.}: its type, range and default, and what it is for. The table of
 * all of them is what settings are parsed by and what {@code docs/settings.md} and a framework's
 * metadata are made from. Immutable.
 */
public final class SettingKey {

  /** What a value is written as. */
  public enum Type {
    /** A time with its unit: {@code 300ms}, {@code 2s}, {@code 1m}, {@code PT2S}. */
    DURATION,
    /** Times, each with its unit, with commas between them or as a list. */
    DURATIONS,
    /** A whole number. */
    COUNT,
    /** A part of a whole: {@code 0.5} or {@code 50%}. */
    SHARE,
    /** A percentage, as in Resilience4j: {@code 50} or {@code 50%}. */
    PERCENTAGE,
    /** A number. */
    FACTOR,
    /** {@code true} or {@code false}. */
    SWITCH,
    /** One of a few words. */
    CHOICE,
    /** Names of classes of exceptions, with commas between them or as a list. */
    EXCEPTIONS,
    /** The name of a config. */
    CONFIG
  }

  private final String name;
  private final Type type;
  final @Nullable Object least;
  final @Nullable Object most;
  private final List<String> choices;
  final @Nullable Object preset;
  private final @Nullable String presetText;
  private final String description;
  private final @Nullable String onlyWith;

  SettingKey(
      String name,
      Type type,
      @Nullable Object least,
      @Nullable Object most,
      List<String> choices,
      @Nullable Object preset,
      @Nullable String presetText,
      String description,
      @Nullable String onlyWith) {
    this.name = name;
    this.type = type;
    this.least = least;
    this.most = most;
    this.choices = List.copyOf(choices);
    this.preset = preset;
    this.presetText = presetText;
    this.description = description;
    this.onlyWith = onlyWith;
  }

  /** The same key, with a default that depends on others. */
  SettingKey presetAs(String text) {
    return new SettingKey(name, type, least, most, choices, preset, text, description, onlyWith);
  }

  /** The same key, which has an effect only with another one. */
  SettingKey onlyWith(String other) {
    return new SettingKey(name, type, least, most, choices, preset, presetText, description, other);
  }

  /**
   * All keys.
   *
   * @return an immutable list, policy by policy
   */
  public static List<SettingKey> all() {
    return SettingKeys.ALL;
  }

  /**
   * The key below a pipeline's or a config's name.
   *
   * @return in kebab case, e.g. {@code retry.max-attempts}
   */
  public String name() {
    return name;
  }

  /**
   * How a value is written.
   *
   * @return the type
   */
  public Type type() {
    return type;
  }

  /**
   * What is allowed, for people.
   *
   * @return e.g. {@code 1 to 100}
   */
  public String range() {
    return switch (type) {
      case SWITCH -> "true or false";
      case CHOICE -> String.join(", ", choices);
      case EXCEPTIONS -> "classes that extend Throwable";
      case CONFIG -> "a name below evenkeel.configs";
      case DURATIONS ->
        "times, each " + Values.text(this, least) + " to " + Values.text(this, most);
      default -> Values.text(this, least) + " to " + Values.text(this, most);
    };
  }

  /**
   * The words that can be chosen from.
   *
   * @return empty if the type is another one
   */
  public List<String> choices() {
    return choices;
  }

  /**
   * What holds if the key is not set and its policy is there, for people.
   *
   * @return null if it must be set, or nothing holds without it
   */
  public @Nullable String defaultValue() {
    if (presetText != null) {
      return presetText;
    }
    return preset == null ? null : Values.text(this, preset);
  }

  /**
   * What it is for, and why its default is what it is.
   *
   * @return a sentence or two
   */
  public String description() {
    return description;
  }

  /**
   * What must be set for this key to have an effect.
   *
   * @return null if nothing must
   */
  public @Nullable String onlyWith() {
    return onlyWith;
  }

  /** What an error asks for. */
  String expected() {
    return switch (type) {
      case DURATION -> "a time with its unit, such as 300ms, 2s or PT2S; " + range();
      case DURATIONS ->
        "times with their units and commas between them, such as 100ms,1s; " + range();
      case COUNT -> "a whole number, " + range();
      case SHARE -> "a share, such as 0.5 or 50%; " + range();
      case PERCENTAGE -> "a percentage, such as 50%; " + range();
      case FACTOR -> "a number, " + range();
      case CHOICE -> "one of " + range();
      default -> range();
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
