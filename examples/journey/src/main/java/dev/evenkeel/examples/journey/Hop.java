package dev.evenkeel.examples.journey;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One span of a journey, as its process says it when it has ended; a line of text between
 * processes.
 *
 * @param service which process
 * @param kind SERVER, CLIENT, PRODUCER, CONSUMER or INTERNAL
 * @param name the span's name
 * @param timeLeftMillis the time left when it began; -1 if there was no deadline
 * @param outcome a status or a kind of error
 */
record Hop(
    String service,
    String kind,
    String name,
    String trace,
    String span,
    String parent,
    long beginMicros,
    long endMicros,
    long timeLeftMillis,
    String outcome) {

  /** The outcome of what is no HTTP and did not fail. */
  static final String WELL = "ok";

  private static final String MARK = "HOP";
  private static final int FIELDS = 11;

  String toLine() {
    return String.join(
        "\t",
        MARK,
        service,
        kind,
        name,
        trace,
        span,
        parent,
        Long.toString(beginMicros),
        Long.toString(endMicros),
        Long.toString(timeLeftMillis),
        outcome);
  }

  /** What a line says, if it is one of these. */
  static Optional<Hop> parse(@Nullable String line) {
    String[] part = line == null ? new String[0] : line.split("\t", -1);
    if (part.length != FIELDS || !part[0].equals(MARK)) {
      return Optional.empty();
    }
    return Optional.of(new Hop(
        part[1],
        part[2],
        part[3],
        part[4],
        part[5],
        part[6],
        Long.parseLong(part[7]),
        Long.parseLong(part[8]),
        Long.parseLong(part[9]),
        part[10]));
  }

  boolean isWell() {
    return outcome.startsWith("2") || outcome.equals(WELL);
  }

  long millis() {
    return (endMicros - beginMicros) / 1_000;
  }
}
