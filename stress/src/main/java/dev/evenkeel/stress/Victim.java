package dev.evenkeel.stress;

import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Makes calls that hang, one after the other, and keeps a record of how much later than its timeout
 * each ended. As a program of its own it is what an idle JVM shows on this machine, under whatever
 * load the machine has.
 */
final class Victim {

  private static final Duration TIMEOUT = Duration.ofMillis(100);
  private static final int MOST_CALLS = 1_000_000;

  /**
   * How late the timeouts were.
   *
   * @param calls how many calls were made
   * @param p99Millis how late one of a hundred was, at least
   * @param worstMillis how late the worst was
   */
  record Lateness(int calls, double p99Millis, double worstMillis) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%d calls, p99 %.2f ms, worst %.1f ms", calls, p99Millis, worstMillis);
    }
  }

  private Victim() {}

  /**
   * Runs it alone.
   *
   * @param arguments the seconds
   */
  public static void main(String[] arguments) {
    long seconds = Long.parseLong(arguments[0]);
    Lateness unused = watch(System.nanoTime() + 1_000_000_000); // loads classes
    System.out.println(watch(System.nanoTime() + seconds * 1_000_000_000));
  }

  /** Makes calls until a point in time. */
  static Lateness watch(long end) {
    Pipeline victim = Pipeline.of("victim", Timeout.of(TIMEOUT));
    double[] lateness = new double[1_000];
    int count = 0;
    while (System.nanoTime() - end < 0 && count < MOST_CALLS) {
      long begin = System.nanoTime();
      try {
        victim.run(() -> Thread.sleep(60_000));
      } catch (CallTimeoutException | InterruptedException ended) {
        if (count == lateness.length) {
          lateness = Arrays.copyOf(lateness, 2 * count);
        }
        lateness[count++] = (System.nanoTime() - begin - TIMEOUT.toNanos()) / 1e6;
      }
    }
    double[] sorted = Arrays.copyOf(lateness, count);
    Arrays.sort(sorted);
    return new Lateness(
        count, count == 0 ? 0 : sorted[(int) (count * 0.99)], count == 0 ? 0 : sorted[count - 1]);
  }
}
