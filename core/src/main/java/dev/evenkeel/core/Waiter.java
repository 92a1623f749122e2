package dev.evenkeel.core;

/** A call that waits in a {@link WaitingGate}. Made by the engine; thread-safe. */
public interface Waiter {

  /**
   * Ends the wait. The call goes on by itself, on its own thread or on the pipeline's executor; if
   * that executor refuses or runs tasks at once, it goes on inside this method, so hold no lock.
   *
   * @param answer a permit of 0 or more, or a refusal
   * @return whether the waiter took the answer; if not, it has given up or was answered before, and
   *     a permit stays the gate's
   */
  boolean end(long answer);

  /**
   * Sets when the wait ends by itself, and with what: a refusal, or a permit that is reserved for
   * then. Only within {@link WaitingGate#await}, at most once; without it, only the deadline bounds
   * the wait. A gate that reserved a permit ends the wait in no other way.
   *
   * @param atNanos when, on the kernel's monotonic clock
   * @param answer a permit of 0 or more, or a refusal
   */
  void endAt(long atNanos, long answer);
}
