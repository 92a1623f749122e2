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

  /** An interrupt closes channels, which may hang; the flag is set before that. */
  private static final long MOST_WAIT_NANOS = 200_000_000;

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
    Kernel kernel = Kernel.system();
    long until = kernel.nanoTime() + MOST_WAIT_NANOS;
    while (state.get() == State.WAKING && kernel.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    Thread.interrupted();
    state.set(State.LEFT);
    return true;
  }
}
