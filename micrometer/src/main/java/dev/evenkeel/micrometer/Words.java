package dev.evenkeel.micrometer;

import java.util.Locale;

/** Values of tags. */
final class Words {

  /** Stands for all that there is no room for. */
  static final String OTHER = "_other";

  private Words() {}

  /** {@code CIRCUIT_OPEN} as {@code circuit_open}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
