package dev.evenkeel.examples.journey;

import java.util.List;

/**
 * What was seen of one situation.
 *
 * @param note what to look at, and how it ended for the client
 * @param rows the hops of a request; empty if it was many
 * @param seconds what happened over time; empty if it was one request
 */
record Scene(String title, String note, List<Tree.Row> rows, List<Second> seconds) {

  /**
   * A moment of an outage.
   *
   * @param atMillis since it began
   * @param placed orders placed since the moment before
   * @param shipped orders shipped since the moment before
   * @param queued orders in the queue
   * @param state what shipping does
   * @param away whether the database is away
   */
  record Second(long atMillis, int placed, int shipped, long queued, String state, boolean away) {}

  Scene(String title, String note, List<Tree.Row> rows) {
    this(title, note, rows, List.of());
  }

  /** How a hop of a service ended; empty if there is none of that name. */
  String outcome(String service, String name) {
    return rows.stream()
        .map(Tree.Row::hop)
        .filter(hop -> hop.service().equals(service) && hop.name().startsWith(name))
        .map(Hop::outcome)
        .findFirst()
        .orElse("");
  }

  /** For a terminal. */
  String text() {
    StringBuilder text = new StringBuilder("\n" + title + "\n  " + note + "\n");
    if (!rows.isEmpty()) {
      text.append(Tree.text(rows)).append('\n');
    }
    seconds.forEach(one -> text.append(String.format(
        "  %5.1f s   database %-5s   placed %3d   shipped %3d   in the queue %4d   %s%n",
        one.atMillis() / 1e3,
        one.away() ? "away" : "there",
        one.placed(),
        one.shipped(),
        one.queued(),
        one.state())));
    return text.toString();
  }
}
