package dev.evenkeel.circuitbreaker;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What kinds of failures came lately, for the line in the log that says why a breaker opened. It
 * keeps names, not exceptions, which may hold much. Thread-safe.
 */
final class RecentFailures {

  private static final int MOST = 100;
  private static final int MOST_KINDS = 3;
  private static final String[] NONE = {};

  private String[] kinds = NONE; // made by the first failure; a ring
  private long added;

  synchronized void add(String kind) {
    if (kinds.length == 0) {
      kinds = new String[MOST];
    }
    kinds[(int) (added++ % MOST)] = kind;
  }

  /** The latest, counted by kind, the most frequent first; empty if there are none. */
  synchronized String describe(int latest) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    long from = Math.max(0, added - Math.min(MOST, latest));
    for (long at = from; at < added; at++) {
      counts.merge(kinds[(int) (at % MOST)], 1, Integer::sum);
    }
    String named = counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_KINDS)
        .map(entry -> entry.getValue() + " x " + entry.getKey())
        .collect(Collectors.joining(", "));
    int others = counts.size() - MOST_KINDS;
    return others > 0 ? named + ", and " + others + " other kinds" : named;
  }
}
