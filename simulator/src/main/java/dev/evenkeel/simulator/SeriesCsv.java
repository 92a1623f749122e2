package dev.evenkeel.simulator;

import java.util.List;
import java.util.Locale;

/** What happened over time: a row for each half second of the first seed's runs. */
final class SeriesCsv {

  private static final String HEAD =
      "scenario,policy,seconds_from_return,asked_per_s,sent_per_s,goodput_per_s,capacity_per_s,share\n";

  private SeriesCsv() {}

  static String of(List<Picture> pictures) {
    StringBuilder rows = new StringBuilder(HEAD);
    for (Picture picture : pictures) {
      String name = CsvTable.quoted(picture.scenario.name());
      for (int step = 0; step < picture.asked.length; step++) {
        rows.append(String.format(
            Locale.ROOT,
            "%s,%s,%.1f,%.1f,%.1f,%.1f,%.1f,%.3f%n",
            name,
            picture.policy.label,
            picture.fromSeconds + step * Picture.STEP_SECONDS,
            picture.asked[step],
            picture.sent[step],
            picture.goodput[step],
            picture.capacity[step],
            picture.share[step]));
      }
    }
    return rows.toString();
  }
}
