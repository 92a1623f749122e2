package dev.evenkeel.micrometer;

import java.util.Locale;

/** Values of tags. */
final class Words {

  /** Stands for all that there is no room for. */
  static final String OTHER = "_other";

  /** For a tag that a meter has to have, where there is nothing to say. */
  static final String NONE = "none";

  private Words() {}

  /** {@code CIRCUIT_OPEN} as {@code circuit_open}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
