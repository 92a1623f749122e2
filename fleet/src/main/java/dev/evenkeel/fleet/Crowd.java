package dev.evenkeel.fleet;

import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.StepSums;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Adds up what the members of a ramp report, so that none of them speaks for the fleet: one that
 * has many times the traffic of the median member weighs no more than a few of those, its latency
 * is clipped to a few times the median's, and one whose calls fail where those of the others
 * succeed has a trouble of its own. Not thread-safe.
 */
final class Crowd {

  private static final double MOST_WEIGHT = 4; // times the median member
  private static final double MOST_SLOWNESS = 4; // times the median member, and that part of it
  private static final double FAILS = 0.5; // of its calls: it may have a trouble of its own
  private static final double OTHERS_FAIL = 0.25; // of theirs: then it has not
  private static final int LEAST_TO_JUDGE = 3; // failures of a member
  private static final double MOST_LEFT_OUT = 0.25; // of the members

  private final long round;
  private final boolean fromStart;
  private final Map<String, Row> last = new HashMap<>();

  /**
   * Begins.
   *
   * @param round of the ramp
   * @param fromStart whether nothing has happened on it yet; else what did is not known
   */
  Crowd(long round, boolean fromStart) {
    this.round = round;
    this.fromStart = fromStart;
  }

  private record Part(StepSums sums, double weight) {

    long calls() {
      return sums.good() + sums.bad();
    }

    boolean fails() {
      return sums.bad() >= LEAST_TO_JUDGE && sums.bad() >= FAILS * calls();
    }
  }

  /** What has happened since the last time. */
  StepSums since(List<Row> rows, long trial) {
    List<StepSums> news = rows.stream()
        .filter(row -> row.isFollowing(round))
        .map(row -> since(row, trial))
        .toList();
    double usual = median(news, sums -> (double) sums.offered());
    List<Part> parts = news.stream()
        .map(sums -> new Part(sums, weight((double) sums.offered(), Math.max(1, usual))))
        .toList();
    double slow = median(news, sums -> sums.good() == 0 ? 0 : sums.nanos() / sums.good());
    return sum(withoutOutliers(parts), slow);
  }

  private StepSums since(Row row, long trial) {
    Row before = last.put(row.member(), row);
    StepSums now = row.report().sums();
    StepSums was =
        before == null ? fromStart ? StepSums.NOTHING : now : before.report().sums();
    boolean inTrial = row.report().trial() == trial;
    boolean sameTrial = before != null && before.report().trial() == trial;
    StepSums judgedBefore = sameTrial || (before == null && !fromStart) ? was : StepSums.NOTHING;
    return new StepSums(
        Math.max(0, now.offered() - was.offered()),
        Math.max(0, now.refused() - was.refused()),
        Math.max(0, now.good() - was.good()),
        Math.max(0, now.bad() - was.bad()),
        Math.max(0, now.nanos() - was.nanos()),
        Math.max(0, now.badNanos() - was.badNanos()),
        inTrial ? Math.max(0, now.judged() - judgedBefore.judged()) : 0,
        inTrial ? Math.max(0, now.logs() - judgedBefore.logs()) : 0,
        inTrial ? Math.max(0, now.squares() - judgedBefore.squares()) : 0,
        now.inFlight());
  }

  private static double weight(double count, double usual) {
    return count <= MOST_WEIGHT * usual ? 1 : MOST_WEIGHT * usual / count;
  }

  private static List<Part> withoutOutliers(List<Part> parts) {
    List<Part> failing = parts.stream().filter(Part::fails).toList();
    long heard = parts.stream().filter(part -> part.calls() > 0).count();
    if (failing.isEmpty() || failing.size() > MOST_LEFT_OUT * heard) {
      return parts;
    }
    List<Part> others = parts.stream().filter(part -> !part.fails()).toList();
    double bad =
        others.stream().mapToDouble(part -> part.weight * part.sums.bad()).sum();
    double all = others.stream().mapToDouble(part -> part.weight * part.calls()).sum();
    return bad < OTHERS_FAIL * all ? others : parts;
  }

  private static StepSums sum(List<Part> parts, double slow) {
    double[] all = new double[10];
    for (Part part : parts) {
      StepSums sums = part.sums;
      double mean = sums.good() == 0 ? 0 : sums.nanos() / sums.good();
      double clipped = clip(mean, slow);
      boolean odd = mean > 0 && clipped != mean;
      double[] values = {
        sums.offered(),
        sums.refused(),
        sums.good(),
        sums.bad(),
        clipped * sums.good(),
        sums.badNanos(),
        odd ? 0 : sums.judged(),
        odd ? 0 : sums.logs(),
        odd ? 0 : sums.squares(),
        sums.inFlight()
      };
      for (int i = 0; i < all.length; i++) {
        all[i] += part.weight * values[i];
      }
    }
    return new StepSums(
        Math.round(all[0]),
        Math.round(all[1]),
        Math.round(all[2]),
        Math.round(all[3]),
        all[4],
        all[5],
        Math.round(all[6]),
        all[7],
        all[8],
        (int) Math.min(Integer.MAX_VALUE, Math.round(all[9])));
  }

  private static double clip(double value, double usual) {
    return usual == 0 || value == 0
        ? value
        : Math.max(usual / MOST_SLOWNESS, Math.min(MOST_SLOWNESS * usual, value));
  }

  /** What the dependency bore of all of them. */
  static Memory memory(List<Row> rows) {
    List<Memory> memories = rows.stream().map(row -> row.report().memory()).toList();
    double usual = median(memories, Crowd::traffic);
    double slow = median(memories, Memory::latencyNanos);
    double rate = 0;
    double latency = 0;
    double demand = 0;
    double weights = 0;
    for (Memory memory : memories) {
      double weight = usual == 0 ? 1 : weight(traffic(memory), usual);
      double part = weight * memory.rate();
      rate += part;
      latency += part * clip(memory.latencyNanos(), slow);
      demand += weight * memory.demand();
      weights += weight;
    }
    // What most of them have; of the others it is chance, or the dependency's queue of a moment.
    double[] bursts = memories.stream().mapToDouble(Memory::burst).sorted().toArray();
    double burst = bursts.length == 0 ? 0 : weights * bursts[(bursts.length - 1) / 2];
    return new Memory(
        rate,
        rate == 0 ? 0 : latency / rate,
        median(memories, Memory::failureShare),
        burst,
        demand);
  }

  private static double traffic(Memory memory) {
    return Math.max(memory.rate(), memory.demand());
  }

  /** Of those above zero; 0 if there are none. */
  static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
    double[] sorted =
        all.stream().mapToDouble(figure).filter(value -> value > 0).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
