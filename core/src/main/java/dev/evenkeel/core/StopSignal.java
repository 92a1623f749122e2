package dev.evenkeel.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts the thread of an attempt that is not needed any more, unless it has ended, see
 * {@link Interrupter}. It comes from outside while that thread's alarm may be armed for the same
 * attempt, and both share the thread's one flag: so after the attempt they are settled together.
 */
final class StopSignal extends Interrupter implements Abortable {

  private static final long ARMED = armedAt(0, false);

  private final Kernel kernel;
  private final Supplier<@Nullable AbortHooks> hooks;
  private final boolean interruptedBefore;

  /**
   * Creates the signal, armed.
   *
   * @param hooks what runs before the interrupt, if anything
   */
  StopSignal(Thread thread, Kernel kernel, Supplier<@Nullable AbortHooks> hooks) {
    super(thread);
    this.kernel = kernel;
    this.hooks = hooks;
    interruptedBefore = thread.isInterrupted();
    setWord(ARMED);
  }

  @Override
  public void abort() {
    due(ARMED, kernel);
  }

  @Override
  void onDue(long armed, long nowNanos) {
    due(armed, kernel);
  }

  @Override
  @Nullable AbortHooks hooks() {
    return hooks.get();
  }

  /**
   * Ends the watch and clears the thread's flag; called by that thread when the attempt has ended.
   *
   * @param alarmInterrupted whether the thread's alarm has interrupted the attempt
   * @param callInterrupted whether the attempt ended with an {@code InterruptedException}
   * @return whether somebody else has interrupted the thread
   */
  boolean end(boolean alarmInterrupted, boolean callInterrupted) {
    End end = takeBack(ARMED);
    boolean flag = Thread.interrupted();
    boolean ours = end == End.SENT || alarmInterrupted;
    return (flag || callInterrupted) && (!ours || interruptedBefore);
  }
}
