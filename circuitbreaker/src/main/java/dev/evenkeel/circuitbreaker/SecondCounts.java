package dev.evenkeel.circuitbreaker;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts events in each of the latest seconds. Threads that count at the same time mostly do so in
 * different places: there is one place to begin with, and twice as many whenever two threads have
 * been in each other's way. So a breaker that is not busy, one of a thousand keys, stays small.
 * Thread-safe.
 */
final class SecondCounts {

  /** So that no two stripes share a cache line, nor two lines that are fetched together. */
  private static final int PADDING = 16;

  private static final int MOST_STRIPES = 64;

  /** Once may be chance; losing twice in a row shows that others count all the time. */
  private static final int LOST_TO_GROW = 2;

  private static final int COUNT_BITS = 32;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  private final int seconds;

  /** Made when a thread first needs it. An entry: its second plus one, and the count. */
  private final AtomicReferenceArray<@Nullable AtomicLongArray> stripes;

  /** Of the stripes, those that are in use: a power of two. */
  private volatile int used = 1;

  SecondCounts(int seconds) {
    this.seconds = seconds;
    int wanted = Math.min(MOST_STRIPES, Runtime.getRuntime().availableProcessors());
    stripes = new AtomicReferenceArray<>(Integer.highestOneBit(2 * wanted - 1));
  }

  /**
   * Counts an event, unless so late that its second has been forgotten.
   *
   * @param second 0 or more
   */
  void add(int second) {
    AtomicLongArray stripe = stripe();
    int at = PADDING + second % seconds;
    long tag = second + 1L;
    for (int lost = 0; ; lost++) {
      if (lost == LOST_TO_GROW) {
        grow();
      }
      long entry = stripe.get(at);
      long present = entry >>> COUNT_BITS;
      if (present > tag) {
        return;
      }
      long next = present == tag ? entry + 1 : tag << COUNT_BITS | 1;
      if (stripe.compareAndSet(at, entry, next)) {
        return;
      }
    }
  }

  /** Two threads that grow it at once double it once. */
  private void grow() {
    used = Math.min(stripes.length(), 2 * used);
  }

  /** How many stripes there are. */
  int made() {
    int made = 0;
    for (int stripe = 0; stripe < stripes.length(); stripe++) {
      made += stripes.get(stripe) == null ? 0 : 1;
    }
    return made;
  }

  private AtomicLongArray stripe() {
    int own = (int) Thread.currentThread().getId() & (used - 1);
    AtomicLongArray present = stripes.get(own);
    if (present != null) {
      return present;
    }
    AtomicLongArray made = new AtomicLongArray(seconds + 2 * PADDING);
    return stripes.compareAndSet(own, null, made) ? made : stripe();
  }

  /** The events of these seconds, both included, of those that are not forgotten. */
  long between(int first, int last) {
    long sum = 0;
    int from = Math.max(0, first);
    for (int stripe = 0; stripe < stripes.length(); stripe++) {
      AtomicLongArray counts = stripes.get(stripe);
      for (int second = from; counts != null && second <= last; second++) {
        long entry = counts.get(PADDING + second % seconds);
        if ((entry >>> COUNT_BITS) == second + 1L) {
          sum += entry & COUNT_MASK;
        }
      }
    }
    return sum;
  }

  /** The latest second with an event; -1 if there was none. */
  int latest() {
    long latest = 0;
    for (int stripe = 0; stripe < stripes.length(); stripe++) {
      AtomicLongArray counts = stripes.get(stripe);
      for (int at = 0; counts != null && at < seconds; at++) {
        latest = Math.max(latest, counts.get(PADDING + at) >>> COUNT_BITS);
      }
    }
    return (int) latest - 1;
  }
}
