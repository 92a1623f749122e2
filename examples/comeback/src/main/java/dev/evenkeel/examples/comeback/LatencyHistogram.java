package dev.evenkeel.examples.comeback;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many calls took how long, in buckets 5 % wide: small enough to print for every bin, and it
 * can be added up.
 */
final class LatencyHistogram {

  private static final double WIDTH = Math.log(1.05);

  private final TreeMap<Integer, Long> counts = new TreeMap<>();

  void record(double millis) {
    add((int) Math.floor(Math.log(Math.max(1, millis)) / WIDTH), 1);
  }

  void addAll(LatencyHistogram other) {
    other.counts.forEach(this::add);
  }

  /** The latency in milliseconds that this share of the calls stayed below; empty without calls. */
  OptionalDouble quantileMillis(double share) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    long seen = 0;
    for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
      seen += bucket.getValue();
      if (seen >= share * total) {
        return OptionalDouble.of(Math.exp((bucket.getKey() + 1) * WIDTH));
      }
    }
    return OptionalDouble.empty();
  }

  /** As text without commas: {@code bucket:count|bucket:count}. */
  String encode() {
    return counts.entrySet().stream()
        .map(bucket -> bucket.getKey() + ":" + bucket.getValue())
        .collect(Collectors.joining("|"));
  }

  static LatencyHistogram decode(String text) {
    LatencyHistogram histogram = new LatencyHistogram();
    if (!text.isEmpty()) {
      for (String bucket : text.split("\\|", -1)) {
        int colon = bucket.indexOf(':');
        histogram.add(
            Integer.parseInt(bucket.substring(0, colon)),
            Long.parseLong(bucket.substring(colon + 1)));
      }
    }
    return histogram;
  }

  private void add(int bucket, long count) {
    counts.merge(bucket, count, Long::sum);
  }
}
