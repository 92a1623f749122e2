package dev.evenkeel.failback;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.ToDoubleFunction;

/**
 * What was usual over the last ten minutes or so: the medians of windows of 20 s. A minute of
 * brownout, as most outages begin with, does not move them; what lasts for longer than half of the
 * time does. Not thread-safe.
 */
final class HealthWindows {

  private static final int MOST = 31;
  private static final double SECONDS = 20;
  private static final double LEAST_CALLS = 10;
  private static final double MOST_SECONDS = 300; // where calls are rare

  private record Window(double seconds, double good, double bad, double nanos) {
    Window plus(Window more) {
      return new Window(
          seconds + more.seconds, good + more.good, bad + more.bad, nanos + more.nanos);
    }

    double latency() {
      return nanos / good;
    }

    double failureShare() {
      return bad / (good + bad);
    }
  }

  private static final Window EMPTY = new Window(0, 0, 0, 0);

  private final Deque<Window> full = new ArrayDeque<>();
  private Window open = EMPTY;

  void add(double seconds, double good, double bad, double nanos) {
    open = open.plus(new Window(seconds, good, bad, nanos));
    boolean enough = open.seconds >= SECONDS && open.good + open.bad >= LEAST_CALLS;
    if ((enough || open.seconds >= MOST_SECONDS) && open.good > 0) {
      full.addLast(open);
      open = EMPTY;
      if (full.size() > MOST) {
        full.removeFirst();
      }
    }
  }

  /** As much as one full window of what was usual before. */
  void recall(Memory earlier) {
    double rate = earlier.rate();
    double seconds = Math.min(MOST_SECONDS, Math.max(SECONDS, 1.01 * LEAST_CALLS / rate));
    double good = rate * seconds;
    double bad = good * earlier.failureShare() / Math.max(1e-9, 1 - earlier.failureShare());
    add(seconds, good, bad, good * earlier.latencyNanos());
  }

  /** The mean latency of successes; 0 if there were none. */
  double latencyNanos() {
    return usual(Window::latency);
  }

  double failureShare() {
    return usual(Window::failureShare);
  }

  private double usual(ToDoubleFunction<Window> figure) {
    if (full.size() < 3) {
      Window all = full.stream().reduce(open, Window::plus);
      return all.good > 0 ? figure.applyAsDouble(all) : 0;
    }
    double[] sorted = full.stream().mapToDouble(figure).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
