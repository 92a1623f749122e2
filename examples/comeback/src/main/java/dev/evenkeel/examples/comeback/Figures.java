package dev.evenkeel.examples.comeback;

import java.util.Locale;

/** The measures as people read them; the same words in the table and in the report. */
final class Figures {

  private Figures() {}

  static String seconds(double seconds) {
    return format(seconds < 20 ? "%.1f s" : "%.0f s", seconds);
  }

  /** A debt that was still growing when the watch ended is only known to be at least so much. */
  static String debt(Measures measures) {
    String debt = seconds(measures.debtSeconds());
    return measures.t99Seconds().isPresent() ? debt : "over " + debt;
  }

  static String t99(Measures measures) {
    return measures.t99Seconds().isPresent()
        ? seconds(measures.t99Seconds().getAsDouble())
        : "not within " + seconds(measures.observedSeconds());
  }

  /** For a title. */
  static String summary(Measures measures) {
    int relapses = measures.relapseSeconds().size();
    String fell = switch (relapses) {
      case 0 -> "no relapse";
      case 1 -> "1 relapse";
      default -> relapses + " relapses";
    };
    return "debt %s, %s"
        .formatted(
            debt(measures),
            measures.t99Seconds().isPresent()
                ? fell
                : "not back within " + seconds(measures.observedSeconds()));
  }

  static String sentWhileDead(Measures measures) {
    return format("%,d (%.0f %%)", measures.sentWhileDead(), 100 * measures.sentWhileDeadShare());
  }

  static String p99(Measures measures) {
    return Double.isNaN(measures.p99Millis()) ? "-" : format("%,.0f ms", measures.p99Millis());
  }

  static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
