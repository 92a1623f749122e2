package dev.evenkeel.settings;

/** A key with what it was set to, and where. */
record Setting(SettingKey key, Object value, String origin) {

  String text() {
    return Values.text(key, value);
  }
}
