package dev.evenkeel.http;

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
   * The thread itself is back. An interrupt from here that has not ended the sending is taken back.
   *
   * @param interrupted whether the sending ended with an {@link InterruptedException}
   * @return whether that was ours; false also if there was another one beside it
   */
  boolean leave(boolean interrupted) {
    if (state.compareAndSet(State.INSIDE, State.LEFT)) {
      return false;
    }
    while (state.get() == State.WAKING) {
      Thread.onSpinWait();
    }
    boolean another = Thread.interrupted();
    return !(interrupted && another);
  }
}
