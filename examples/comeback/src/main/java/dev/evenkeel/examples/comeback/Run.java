package dev.evenkeel.examples.comeback;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** A valid run. */
record Run(Instant at, Settings settings, Machine machine, List<Result> results) {

  Run {
    results = List.copyOf(results);
  }

  Measures measuresOf(Contestant contestant) {
    return results.stream()
        .filter(result -> result.recording().contestant() == contestant)
        .findFirst()
        .orElseThrow()
        .measures();
  }

  /** What users got before anything was killed, for people. */
  String start() {
    return "Served from the second second until the kill: "
        + results.stream()
            .map(result -> Figures.format(
                "%s %.1f %%",
                result.recording().contestant().shortLabel,
                100 * result.measures().startShare()))
            .collect(Collectors.joining(", "))
        + ".";
  }
}
