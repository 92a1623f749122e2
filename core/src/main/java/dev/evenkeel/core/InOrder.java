package dev.evenkeel.core;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What listeners are to be told, in order: it is noted under a lock of its owner's, and told after
 * that is released. One thread at a time tells, also what others note meanwhile. Thread-safe.
 */
final class InOrder {

  private final Queue<Runnable> notes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();

  /** Notes what is to be told; it must not throw. */
  void note(Runnable event) {
    notes.add(event);
  }

  /** Tells what is noted, unless another thread, or this one further out, is at it. */
  void deliver() {
    if (asked.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Runnable note = notes.poll(); note != null; note = notes.poll()) {
        note.run();
      }
      seen = asked.addAndGet(-seen);
    } while (seen != 0);
  }
}
