package dev.evenkeel.examples.comeback;

import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;

/** Who takes part, in the order of table and report. */
enum Contestant {
  ATTEMPTS("attempts", "Three attempts", "Three attempts, 500 ms apart"),
  RESILIENCE4J("resilience4j", "Resilience4j", "Resilience4j defaults"),
  EVENKEEL("evenkeel", "Evenkeel", "Evenkeel");

  /** The name on a command line. */
  final String key;

  /** The name for people where there is little room. */
  final String shortLabel;

  /** The name for people. */
  final String label;

  Contestant(String key, String shortLabel, String label) {
    this.key = key;
    this.shortLabel = shortLabel;
    this.label = label;
  }

  static Contestant of(String key) {
    return Arrays.stream(values())
        .filter(contestant -> contestant.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "protection: " + key + " (expected: attempts, resilience4j or evenkeel)"));
  }

  /** A protection for one node; {@code timer} is for whatever has to wait. */
  Protection protectNode(ScheduledExecutorService timer) {
    return switch (this) {
      case ATTEMPTS -> new ThreeAttempts(timer);
      case RESILIENCE4J -> new Resilience4jDefaults(timer);
      case EVENKEEL -> new EvenkeelProtection();
    };
  }
}
