package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Interrupts the thread of an attempt that is not needed any more, unless it has ended, with a
 * hand-shake as {@link CallerThread} has. It comes from outside while that thread's alarm may be
 * armed for the same attempt, and both share the thread's one flag: so after the attempt all are
 * counted together. Each of ours that found the flag not set has set it once. If the call's
 * {@code InterruptedException} and a flag that is set are more than that, somebody else has
 * interrupted the thread too.
 */
final class StopSignal implements Abortable {

  private static final int ARMED = 0;
  private static final int ENDED = 1;
  private static final int FIRING = 2;
  private static final int INTERRUPTED = 3;
  private static final int WAS_INTERRUPTED = 4;

  private final Thread thread;
  private final AtomicInteger state = new AtomicInteger(ARMED);

  StopSignal(Thread thread) {
    this.thread = thread;
  }

  @Override
  public void abort() {
    if (state.compareAndSet(ARMED, FIRING)) {
      boolean alreadySet = thread.isInterrupted();
      if (!alreadySet) {
        thread.interrupt();
      }
      state.set(alreadySet ? WAS_INTERRUPTED : INTERRUPTED);
    }
  }

  /**
   * Ends the watch and clears the thread's flag; called by that thread when the attempt has ended.
   *
   * @return whether somebody else has interrupted the thread
   */
  boolean end(Frame attempt) {
    if (!state.compareAndSet(ARMED, ENDED)) {
      while (state.get() == FIRING) {
        Thread.onSpinWait(); // a few instructions of the winner's thread away
      }
    }
    int ours = (state.get() == INTERRUPTED ? 1 : 0) + (attempt.alarmInterrupted ? 1 : 0);
    int all = (attempt.callInterrupted ? 1 : 0) + (Thread.interrupted() ? 1 : 0);
    return all > ours;
  }
}
