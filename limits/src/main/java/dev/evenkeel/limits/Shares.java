package dev.evenkeel.limits;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls in flight by rank, and who may take the next permit. A rank is 0 for the most critical
 * to 3. The counts of all ranks are one number, so a permit is checked and taken in one step.
 *
 * <p>A rank leaves free what the ranks above it have lately needed: the most they had in flight
 * within the last one to two seconds, and one more for each of their calls that was refused. What
 * nobody above needs, all may use. A rank that is refused again and again gets one permit for
 * {@value #TURN} that went to others. Thread-safe; what is needed is an estimate, the limit is not.
 */
final class Shares {

  static final int RANKS = 4;
  static final int TURN = 20;

  /** More fit no count. */
  static final int MOST = 10_000;

  private static final int BITS = 16;
  private static final long MASK = (1L << BITS) - 1;
  private static final long WINDOW_NANOS = 1_000_000_000L;

  private final AtomicLong inFlight = new AtomicLong();
  private final AtomicIntegerArray needed = new AtomicIntegerArray(RANKS);
  private final AtomicIntegerArray neededBefore = new AtomicIntegerArray(RANKS);
  private final AtomicLong windowStart;

  /** Permits given to others since a rank was refused; 0 if it does not wait for its turn. */
  private final AtomicIntegerArray passedOver = new AtomicIntegerArray(RANKS);

  private final AtomicIntegerArray asked = new AtomicIntegerArray(RANKS);

  Shares(long nowNanos) {
    windowStart = new AtomicLong(nowNanos);
  }

  /** Takes a permit if this rank may; says how many are in flight, or a negative number if not. */
  int take(int rank, int limit, long nowNanos) {
    rotate(nowNanos);
    for (; ; ) {
      long current = inFlight.get();
      int all = total(current);
      if (all >= limit || !mayTake(rank, current, all, limit)) {
        refused(rank, current, limit);
        return -1 - all;
      }
      if (inFlight.compareAndSet(current, current + (1L << (rank * BITS)))) {
        taken(rank, count(current, rank) + 1);
        return all + 1;
      }
    }
  }

  void release(int rank) {
    inFlight.addAndGet(-(1L << (rank * BITS)));
  }

  int inFlight() {
    return total(inFlight.get());
  }

  private boolean mayTake(int rank, long current, int all, int limit) {
    if (passedOver.get(rank) > TURN) {
      return true;
    }
    int above = 0;
    int thisAndBelow = all;
    for (int other = 0; other < rank; other++) {
      above += Math.max(needed.get(other), neededBefore.get(other));
      thisAndBelow -= count(current, other);
    }
    int turns = 0;
    for (int other = 0; other < RANKS; other++) {
      turns += other != rank && passedOver.get(other) > TURN ? 1 : 0;
    }
    return (above == 0 || thisAndBelow < limit - above) && all < Math.max(1, limit - turns);
  }

  private void taken(int rank, int ofThisRank) {
    if (needed.get(rank) < ofThisRank) {
      needed.set(rank, ofThisRank);
    }
    if (passedOver.get(rank) != 0) {
      passedOver.set(rank, 0);
    }
    for (int other = rank + 1; other < RANKS; other++) {
      if (passedOver.get(other) != 0) {
        passedOver.incrementAndGet(other);
      }
    }
  }

  private void refused(int rank, long current, int limit) {
    int need = Math.max(needed.get(rank), count(current, rank)) + 1;
    needed.set(rank, Math.min(limit, need));
    asked.set(rank, 1);
    if (rank > 0 && passedOver.get(rank) == 0) {
      passedOver.compareAndSet(rank, 0, 1);
    }
  }

  private void rotate(long nowNanos) {
    long start = windowStart.get();
    long age = nowNanos - start;
    if (age < WINDOW_NANOS || !windowStart.compareAndSet(start, nowNanos)) {
      return;
    }
    long current = inFlight.get();
    for (int rank = 0; rank < RANKS; rank++) {
      neededBefore.set(rank, age < 2 * WINDOW_NANOS ? needed.get(rank) : 0);
      needed.set(rank, count(current, rank));
      if (asked.getAndSet(rank, 0) == 0) {
        passedOver.set(rank, 0); // it has stopped asking
      }
    }
  }

  private static int count(long counts, int rank) {
    return (int) (counts >>> (rank * BITS) & MASK);
  }

  private static int total(long counts) {
    return count(counts, 0) + count(counts, 1) + count(counts, 2) + count(counts, 3);
  }
}
