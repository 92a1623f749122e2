package dev.evenkeel.settings;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the rows of the table of keys. */
final class SettingRows {

  private SettingRows() {}

  static SettingKey enabled(String policy) {
    return onOff(
            policy + ".enabled",
            true,
            "Whether the policy is there. True by itself makes one with the defaults; false takes"
                + " one out that is inherited.")
        .presetAs("true, once any other key of it is set");
  }

  static SettingKey duration(
      String name, Duration least, @Nullable Duration preset, String description) {
    return key(name, SettingKey.Type.DURATION, least, Checks.MAX_DURATION, preset, description);
  }

  static SettingKey durations(String name, Duration least, String description) {
    return key(name, SettingKey.Type.DURATIONS, least, Checks.MAX_DURATION, null, description);
  }

  static SettingKey count(
      String name, int least, int most, @Nullable Integer preset, String description) {
    return key(name, SettingKey.Type.COUNT, least, most, preset, description);
  }

  static SettingKey share(
      String name, double least, double most, @Nullable Double preset, String description) {
    return key(name, SettingKey.Type.SHARE, least, most, preset, description);
  }

  static SettingKey percentage(String name, double preset, String description) {
    return key(name, SettingKey.Type.PERCENTAGE, 0.001, 100.0, preset, description);
  }

  static SettingKey factor(
      String name, double least, double most, double preset, String description) {
    return key(name, SettingKey.Type.FACTOR, least, most, preset, description);
  }

  static SettingKey onOff(String name, boolean preset, String description) {
    return key(name, SettingKey.Type.SWITCH, null, null, preset, description);
  }

  static SettingKey choice(
      String name, List<String> choices, @Nullable String preset, String description) {
    return new SettingKey(
        name, SettingKey.Type.CHOICE, null, null, choices, preset, null, description, null);
  }

  static SettingKey exceptions(String name, String presetText, String description) {
    return new SettingKey(
        name,
        SettingKey.Type.EXCEPTIONS,
        null,
        null,
        List.of(),
        null,
        presetText,
        description,
        null);
  }

  static SettingKey key(
      String name,
      SettingKey.Type type,
      @Nullable Object least,
      @Nullable Object most,
      @Nullable Object preset,
      String description) {
    return new SettingKey(name, type, least, most, List.of(), preset, null, description, null);
  }
}
