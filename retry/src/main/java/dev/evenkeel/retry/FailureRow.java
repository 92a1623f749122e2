package dev.evenkeel.retry;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The failures that stand in a row, of all calls together: while nobody is answered, one call's
 * retry is in vain, and many callers' retries are what a returning dependency meets first.
 *
 * <p>One number holds it, the count and the moment of the last one, so it is changed in one atomic
 * step and costs no allocation; a success only reads while there is no row. Thread-safe.
 */
final class FailureRow {

  /**
   * So many failures of other calls say that it is not this call's bad luck. With 10 % of attempts
   * failing by chance one in a thousand finds such a row, so 0.01 % of the calls lose their retry.
   */
  static final int FEW = 3;

  /**
   * Failures of one moment are one event: a connection that broke under twenty calls is no outage.
   * Less than the first backoff usually is, so the attempts of one call are events of their own.
   */
  private static final long ONE_MOMENT = units(10_000_000L);

  private static final int COUNT_BITS = 8;
  private static final int MOST = (1 << COUNT_BITS) - 1;
  private static final int UNIT_BITS = 20; // about a millisecond

  private final long memory;
  private final AtomicLong row = new AtomicLong(); // units since the clock's origin, and the count

  /**
   * Creates it.
   *
   * @param memoryNanos how long after its last failure a row is still one
   */
  FailureRow(long memoryNanos) {
    memory = units(memoryNanos);
  }

  private static long units(long nanos) {
    return nanos >> UNIT_BITS;
  }

  /**
   * Whether failures of other calls stand in a row.
   *
   * @param own how many attempts of this call have failed before and may be among them
   */
  boolean stands(int own, long nowNanos) {
    long current = row.get();
    return current != 0 && age(current, nowNanos) <= memory && count(current) - own >= FEW;
  }

  void failed(long nowNanos) {
    for (; ; ) {
      long current = row.get();
      long age = age(current, nowNanos);
      int before = current == 0 || age > memory ? 0 : count(current);
      if (before > 0 && age < ONE_MOMENT) {
        return;
      }
      long next = units(nowNanos) << COUNT_BITS | Math.min(before + 1, MOST);
      if (row.compareAndSet(current, next)) {
        return;
      }
    }
  }

  void succeeded() {
    if (row.get() != 0) {
      row.set(0);
    }
  }

  private static int count(long row) {
    return (int) row & MOST;
  }

  /** Since its last failure; the clock may have wrapped around meanwhile. */
  private static long age(long row, long nowNanos) {
    long passed = units(nowNanos) - (row >> COUNT_BITS);
    return passed << UNIT_BITS >> UNIT_BITS;
  }
}
