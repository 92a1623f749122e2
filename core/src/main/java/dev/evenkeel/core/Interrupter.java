package dev.evenkeel.core;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts a thread when a call's time is over, and makes sure that the interrupt has either been
 * sent or never will be when the call ends, so that none can reach what the thread does next. One
 * word holds the state:
 *
 * <table>
 * <caption>States of the word, and who changes it</caption>
 * <tr><th>state</th><th>means</th><th>next</th></tr>
 * <tr><td>armed</td><td>the call runs, in time</td>
 *     <td>the call ends: what was before; the time is over: due</td></tr>
 * <tr><td>due</td><td>the time is over; a thread that may block has been asked to send it, and runs
 *     the call's own hooks first</td>
 *     <td>the call ends: what was before; that thread: sending, or was set</td></tr>
 * <tr><td>sending</td><td>that thread is inside {@link Thread#interrupt()}, which closes channels
 *     and so may block, and may throw</td>
 *     <td>that thread: sent; the call has waited for too long: given up</td></tr>
 * <tr><td>sent</td><td>the flag is, or was, ours</td><td>the call ends: what was before</td></tr>
 * <tr><td>was set</td><td>the flag was set already, by somebody else; ours was not sent</td>
 *     <td>the call ends: what was before</td></tr>
 * <tr><td>given up</td><td>the interrupt still hangs in somebody's {@code close}; the JDK sets the
 *     flag before it goes there, and it has been seen</td><td>the call ends: what was before</td></tr>
 * </table>
 *
 * <p>Armed, due, sending and sent carry the time for which it was armed, so that a thread which
 * comes late changes nothing of a later call's.
 *
 * <p>Java keeps one interrupt flag for a thread and cannot say whose it is. After an interrupt of
 * ours, whatever the call did with it (threw, swallowed it, set the flag again, or both, as
 * {@code if (isInterrupted()) throw new InterruptedException()} does) was about that one: the flag
 * is cleared. If the flag was set already when the time was over, none of ours is sent, and the
 * flag is set again if the call ended with the {@code InterruptedException} of that first one. A
 * flag that was set before the call began is remembered: then an {@code InterruptedException} is
 * that one's, and the flag is set again. What cannot be told apart: an interrupt from outside which
 * comes after ours and before the call ends is taken for ours.
 */
@SuppressForbidden("parks for its own hand-shake, with a bound")
abstract class Interrupter extends Alarm {

  /** How it stood when the call ended. */
  enum End {
    IN_TIME,
    /** The time was over, but no interrupt was sent. */
    NOT_SENT,
    SENT,
    WAS_SET
  }

  private static final long SENDING = 3;
  private static final long SENT = 4;
  private static final long WAS_SET = 5;
  private static final long DUE = 6;
  private static final long GIVEN_UP = 7;

  private static final int SPINS = 200;

  /** While the flag shows that the interrupt has been sent, and hangs in somebody's close. */
  private static final int MOST_PARKS = 200;

  /** While it does not: then the thread that sends it waits for a processor, and will get one. */
  private static final int MOST_PARKS_UNSEEN = 5_000;

  private static final long PARK_NANOS = 1_000_000;

  /** How long the call's own hooks may take before the interrupt is sent all the same. */
  private static final long HOOKS_NANOS = 200_000_000;

  private static final Faults FAULTS = new Faults("interrupt");

  final Thread thread;
  private volatile boolean awaited;

  Interrupter(Thread thread) {
    this.thread = thread;
  }

  /** What the call that is interrupted wants to be done; null if nothing. */
  abstract @Nullable AbortHooks hooks();

  /**
   * An interrupt is about to be sent. Until it is, the call that it is for waits if it ends.
   *
   * @param sending the word, see {@link #runsOn}
   */
  void sending(long sending, Kernel kernel) {}

  /** Whether the call that the interrupt was for still runs. */
  final boolean runsOn(long sending) {
    long present = word();
    return timeOf(present) == timeOf(sending)
        && (isTagged(present, SENDING) || isTagged(present, SENT));
  }

  /** The time is over. */
  final void due(long armed, Kernel kernel) {
    long due = timeOf(armed) | DUE;
    if (!change(armed, due)) {
      return;
    }
    if (thread == Thread.currentThread()) {
      deliver(due, kernel);
      return;
    }
    boolean handedOver = false;
    try {
      Signals.send(kernel, () -> deliver(due, kernel));
      handedOver = true;
    } finally {
      if (!handedOver) {
        change(due, armed);
      }
    }
  }

  /** On a thread that may block, or the thread itself. */
  private void deliver(long due, Kernel kernel) {
    AbortHooks hooks = hooks();
    if (hooks == null || word() != due) {
      send(due, kernel);
      return;
    }
    Cancellable impatient = null;
    try {
      impatient = impatience(due, kernel);
      hooks.run();
    } finally {
      if (impatient != null) {
        impatient.cancel();
      }
      send(due, kernel);
    }
  }

  /** The interrupt comes all the same if the hooks hang. */
  private Cancellable impatience(long due, Kernel kernel) {
    Runnable send = () -> Signals.send(kernel, () -> send(due, kernel));
    try {
      return kernel.schedule(kernel.nanoTime() + HOOKS_NANOS, send);
    } catch (Throwable noTimer) {
      Kernel system = Kernel.system();
      return system.schedule(system.nanoTime() + HOOKS_NANOS, send);
    }
  }

  private void send(long due, Kernel kernel) {
    long sending = timeOf(due) | SENDING;
    // First: a call that ends waits while it is sent, and clears the flag for that.
    boolean wasSet = thread.isInterrupted();
    if (!change(due, wasSet ? WAS_SET : sending) || wasSet) {
      return;
    }
    try {
      try {
        sending(sending, kernel);
      } finally {
        thread.interrupt();
      }
    } catch (Throwable fault) {
      FAULTS.report("Thread.interrupt", fault, "the call ends by itself, or late");
    } finally {
      change(sending, timeOf(due) | SENT);
      if (awaited) {
        LockSupport.unpark(thread);
      }
    }
  }

  /**
   * The call has ended; on its thread. The word is idle then, whoever had it: a call inside this
   * one in which the engine has failed may have left it armed.
   *
   * @param armed what the word was armed with
   */
  final End takeBack(long armed) {
    if (change(armed, IDLE)) {
      return End.IN_TIME;
    }
    for (; ; ) {
      long present = word();
      if (isArmed(present) || present == IDLE) {
        if (change(present, IDLE)) {
          return End.IN_TIME;
        }
      } else if (isTagged(present, DUE)) {
        if (change(present, IDLE)) {
          return End.NOT_SENT;
        }
      } else if (isTagged(present, SENDING)) {
        await(present);
      } else {
        setWord(IDLE);
        return present == WAS_SET ? End.WAS_SET : End.SENT;
      }
    }
  }

  private void await(long sending) {
    for (int spins = 0; spins < SPINS && word() == sending; spins++) {
      Thread.onSpinWait();
    }
    awaited = true;
    boolean flag = false;
    for (int parks = 0;
        parks < (flag ? MOST_PARKS : MOST_PARKS_UNSEEN) && word() == sending;
        parks++) {
      flag |= Thread.interrupted(); // would keep it from parking
      LockSupport.parkNanos(this, PARK_NANOS);
    }
    awaited = false;
    change(sending, GIVEN_UP);
    if (flag) {
      thread.interrupt();
    }
  }
}
