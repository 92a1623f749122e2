package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Interrupts a thread once, unless it is done before. The hand-shake makes sure that the interrupt
 * has either been sent or never will be by the time {@link #end} returns, so none can reach what
 * the thread does next.
 *
 * <p>Java keeps one interrupt flag for a thread and cannot say whose it is. So ours are counted: if
 * one was sent and the call ended with an {@code InterruptedException}, the exception is ours and a
 * flag that is set is somebody else's; if it ended otherwise, the flag is ours. If the flag was set
 * already when the time was over, no second interrupt is sent, and the flag is set again if the
 * call ended with the {@code InterruptedException} of that first one. What remains is that an
 * interrupt from outside which arrives while ours is still unnoticed by the call is one and the
 * same with it.
 */
final class InterruptTimer implements Runnable {

  private static final int ARMED = 0;
  private static final int ENDED = 1;
  private static final int FIRING = 2;
  private static final int INTERRUPTED = 3;
  private static final int WAS_INTERRUPTED = 4;

  private final Thread thread;
  private final AtomicInteger state = new AtomicInteger(ARMED);

  InterruptTimer(Thread thread) {
    this.thread = thread;
  }

  @Override
  public void run() {
    if (state.compareAndSet(ARMED, FIRING)) {
      boolean alreadySet = thread.isInterrupted();
      if (!alreadySet) {
        thread.interrupt();
      }
      state.set(alreadySet ? WAS_INTERRUPTED : INTERRUPTED);
    }
  }

  /**
   * Ends the watch; called by the watched thread when its call has ended.
   *
   * @return whether the time was over before
   */
  boolean end(Cancellable timer, boolean endedByInterruptedException) {
    if (state.compareAndSet(ARMED, ENDED)) {
      timer.cancel();
      return false;
    }
    while (state.get() == FIRING) {
      Thread.onSpinWait(); // a few instructions of the timer thread away
    }
    if (state.get() == INTERRUPTED && !endedByInterruptedException) {
      Thread.interrupted();
    } else if (state.get() == WAS_INTERRUPTED && endedByInterruptedException) {
      thread.interrupt(); // the timeout's exception takes the place of somebody else's interrupt
    }
    return true;
  }
}
