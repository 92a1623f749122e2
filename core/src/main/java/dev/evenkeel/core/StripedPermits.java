package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A fixed number of permits, kept in several places, so that threads which take and give back at
 * the same time do not meet: each takes from its own place, and from the others' only when that is
 * empty. No more are ever out than there are. A thread that looks everywhere and finds nothing may
 * have missed one that came back behind it. Thread-safe.
 */
final class StripedPermits {

  /** How far places are apart: 128 bytes, and as much from either end. */
  private static final int STRIDE = 32;

  private static final int MOST_PLACES = 64;

  /** Fewer permits than this for each place are not worth looking for in several. */
  private static final int LEAST_PER_PLACE = 8;

  private final AtomicIntegerArray free;
  private final int places;

  /** Permits that are out and to be withdrawn when they come back. */
  private final AtomicInteger debt = new AtomicInteger();

  StripedPermits(int permits) {
    int wanted = Math.min(MOST_PLACES, Runtime.getRuntime().availableProcessors());
    int affordable = Math.max(1, permits / LEAST_PER_PLACE);
    places = Integer.highestOneBit(Math.min(2 * wanted - 1, affordable));
    free = new AtomicIntegerArray((places + 1) * STRIDE);
    spread(permits);
  }

  /** Takes a permit, if there is one. */
  boolean tryTake() {
    if (debt.get() > 0 && !isPaid()) {
      return false;
    }
    int own = own();
    for (int i = 0; i < places; i++) {
      if (takeAt(indexOf(own + i), 1) == 1) {
        return true;
      }
    }
    return false;
  }

  void giveBack() {
    for (int owed = debt.get(); owed > 0; owed = debt.get()) {
      if (debt.compareAndSet(owed, owed - 1)) {
        return;
      }
    }
    free.incrementAndGet(indexOf(own()));
  }

  /** Adds permits; or withdraws some, at once or when they come back. */
  synchronized void change(int by) {
    int rest = by;
    while (rest > 0 && debt.get() > 0) {
      if (debt.getAndUpdate(owed -> Math.max(0, owed - 1)) > 0) {
        rest--;
      }
    }
    if (rest > 0) {
      spread(rest);
    } else if (rest < 0) {
      debt.addAndGet(-rest); // first, so that what comes back from now on pays it
      isPaid();
    }
  }

  /** Pays the debt from what is free, as far as that goes; whether nothing is owed any more. */
  private boolean isPaid() {
    for (int place = 0; place < places; place++) {
      int owed = debt.get();
      if (owed <= 0) {
        return true;
      }
      int paid = takeAt(indexOf(place), owed);
      int before = debt.getAndUpdate(now -> Math.max(0, now - paid));
      if (before < paid) {
        free.addAndGet(indexOf(place), paid - before); // others have paid it meanwhile
      }
    }
    return debt.get() <= 0;
  }

  /** How many are out, of so many; a moment's figure while others take and give back. */
  int taken(int of) {
    int left = -debt.get();
    for (int place = 0; place < places; place++) {
      left += free.get(indexOf(place));
    }
    return Math.max(0, of - left);
  }

  private void spread(int permits) {
    for (int place = 0; place < places; place++) {
      int share = permits / places + (place < permits % places ? 1 : 0);
      free.addAndGet(indexOf(place), share);
    }
  }

  /** Takes up to so many from one place. */
  private int takeAt(int index, int most) {
    for (; ; ) {
      int present = free.get(index);
      int taken = Math.min(present, most);
      if (taken <= 0) {
        return 0;
      }
      if (free.compareAndSet(index, present, present - taken)) {
        return taken;
      }
    }
  }

  private int indexOf(int place) {
    return ((place & (places - 1)) + 1) * STRIDE;
  }

  private static int own() {
    return (int) Thread.currentThread().getId();
  }
}
