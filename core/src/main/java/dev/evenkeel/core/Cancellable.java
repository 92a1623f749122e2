package dev.evenkeel.core;

/** A timer that can be taken back. */
@FunctionalInterface
public interface Cancellable {

  /**
   * Takes the timer back. After this returns {@code true} the task will not run and the kernel
   * keeps no reference to it.
   *
   * @return {@code true} if the task had not started; {@code false} if it has run, runs, or was
   *     cancelled before
   */
  boolean cancel();
}
