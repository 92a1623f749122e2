package dev.evenkeel.core;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * 64 places of an {@link AlarmClock}, and the earliest time for which one of the alarms there may
 * be armed. An entry is an alarm, or a weak reference to one. Thread-safe.
 */
final class Shelf extends AtomicReferenceArray<@Nullable Object> {

  static final int SIZE = 64;

  private static final long serialVersionUID = 1;
  private static final int PROBES = 4;

  private final AtomicLong earliest = new AtomicLong(AlarmClock.NEVER);

  Shelf() {
    super(SIZE);
  }

  /**
   * Puts an entry into one of the few places that come first for a number.
   *
   * @return the place; less than 0 if they are taken
   */
  int put(Object entry, int hash) {
    for (int probe = 0; probe < PROBES; probe++) {
      int at = hash + 17 * probe & (SIZE - 1);
      Object present = get(at);
      if ((present == null || isGone(present)) && compareAndSet(at, present, entry)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isGone(Object entry) {
    return entry instanceof WeakReference<?> reference && reference.get() == null;
  }

  /** The alarm at a place; null if there is none. */
  @Nullable Alarm alarmAt(int at) {
    Object entry = get(at);
    if (entry == null) {
      return null;
    }
    Alarm alarm = (Alarm) (entry instanceof WeakReference<?> reference ? reference.get() : entry);
    if (alarm == null) {
      compareAndSet(at, entry, null);
    }
    return alarm;
  }

  /** The word of the earliest alarm it was told of; {@link AlarmClock#NEVER} if none. */
  long earliest() {
    return earliest.get();
  }

  /** Forgets what it was told. */
  void takeEarliest() {
    earliest.set(AlarmClock.NEVER);
  }

  /** Whether it has not been told of an alarm as early as this one. */
  boolean isLaterThan(long armed) {
    long present = earliest.get();
    return present == AlarmClock.NEVER || armed - present < 0;
  }

  /** Tells it of an alarm that was armed. */
  void tell(long armed) {
    for (long present = earliest.get();
        present == AlarmClock.NEVER || armed - present < 0;
        present = earliest.get()) {
      if (earliest.compareAndSet(present, armed)) {
        return;
      }
    }
  }
}
