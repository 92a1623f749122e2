package dev.evenkeel.settings;

import java.util.ArrayList;
import java.util.List;

/** Collects problems. Not thread-safe. */
final class Problems {

  private static final int MOST = 1_000;

  private final List<SettingsProblem> all = new ArrayList<>();

  void add(Property property, String found, String expected) {
    add(property.key(), property.origin(), found, expected);
  }

  void add(String key, String origin, String found, String expected) {
    if (!isFull()) {
      all.add(new SettingsProblem(key, origin, found, expected));
    }
  }

  void addAll(SettingsException failure) {
    failure.problems().stream().filter(problem -> !isFull()).forEach(all::add);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  /** A hostile file gets no more work done for it. */
  boolean isFull() {
    return all.size() >= MOST;
  }

  void throwIfAny() {
    if (!all.isEmpty()) {
      throw new SettingsException(all);
    }
  }
}
