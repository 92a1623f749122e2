package dev.evenkeel.failback;

import java.util.Arrays;

/**
 * How many calls have begun lately, in slots of 4 s over about ten minutes, the longest of usual
 * timeouts. Not thread-safe.
 */
final class BegunCalls {

  private static final long SLOT_NANOS = 4_000_000_000L;
  private static final int SLOTS = 160;

  private final int[] bySlot = new int[SLOTS];
  private final long originNanos;
  private long slot; // the latest one

  BegunCalls(long nowNanos) {
    originNanos = nowNanos;
  }

  void clear() {
    Arrays.fill(bySlot, 0);
  }

  /** Calls began at some time or later; they count for that time. */
  void count(long calls, long fromNanos) {
    long at = slotOf(fromNanos);
    for (long next = Math.max(slot, at - SLOTS) + 1; next <= at; next++) {
      bySlot[Math.floorMod(next, SLOTS)] = 0;
    }
    slot = Math.max(slot, at);
    int index = Math.floorMod(slot, SLOTS);
    bySlot[index] = (int) Math.min(Integer.MAX_VALUE, bySlot[index] + Math.max(0, calls));
  }

  /** Of the last so many nanoseconds, in whole slots. */
  long within(double nanos, long nowNanos) {
    long now = slotOf(nowNanos);
    long within = Math.min(SLOTS, now - slotOf(nowNanos - (long) Math.min(nanos, 1e18)));
    long calls = 0;
    for (long at = now - within + 1; at <= slot; at++) {
      calls += bySlot[Math.floorMod(at, SLOTS)];
    }
    return calls;
  }

  private long slotOf(long nanos) {
    return Math.floorDiv(nanos - originNanos, SLOT_NANOS);
  }
}
