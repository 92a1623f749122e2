package dev.evenkeel.http;

import dev.evenkeel.core.Kernel;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A thread inside the given client's {@code send}, which an interrupt ends: it gets one at most,
 * and only while it is there, so that none strikes what the thread does next.
 */
final class SendingThread {

  private enum State {
    INSIDE,
    /** The interrupt is on its way. */
    WAKING,
    WOKEN,
    LEFT
  }

  private static final int SPINS = 200;
  private static final long NAP_NANOS = 1_000_000;

  /** While it is not seen: the thread that sends it waits for a processor, and will get one. */
  private static final long MOST_WAIT_NANOS = 5_000_000_000L;

  /** An interrupt closes channels, which may hang; the flag is set before that. */
  private static final long MOST_WAIT_AFTER_NANOS = 200_000_000;

  private final Thread thread;
  private final AtomicReference<State> state = new AtomicReference<>(State.INSIDE);

  SendingThread(Thread thread) {
    this.thread = thread;
  }

  /** Interrupts it, unless it has left or was interrupted here before. */
  void wake() {
    if (state.compareAndSet(State.INSIDE, State.WAKING)) {
      try {
        thread.interrupt();
      } finally {
        state.set(State.WOKEN);
      }
    }
  }

  /**
   * The thread itself is back. An interrupt from here that is still there is taken back, also
   * beside an {@link InterruptedException}: that one may have been thrown and the flag set again.
   *
   * @return whether it was interrupted from here; false if it has left already
   */
  boolean leave() {
    if (state.compareAndSet(State.INSIDE, State.LEFT) || state.get() == State.LEFT) {
      return false;
    }
    awaitWoken(Kernel.system());
    Thread.interrupted();
    state.set(State.LEFT);
    return true;
  }

  private void awaitWoken(Kernel kernel) {
    for (int spins = 0; spins < SPINS && state.get() == State.WAKING; spins++) {
      Thread.onSpinWait();
    }
    long until = kernel.nanoTime() + MOST_WAIT_NANOS;
    for (long now = kernel.nanoTime();
        state.get() == State.WAKING && now - until < 0;
        now = kernel.nanoTime()) {
      try {
        kernel.sleepUntil(now + NAP_NANOS);
      } catch (InterruptedException seen) {
        long soon = now + MOST_WAIT_AFTER_NANOS;
        until = soon - until < 0 ? soon : until;
      }
    }
  }
}
