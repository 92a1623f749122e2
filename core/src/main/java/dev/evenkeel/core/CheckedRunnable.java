package dev.evenkeel.core;

/**
 * A call to protect that returns nothing.
 *
 * @param <X> what it may throw; inferred as {@link RuntimeException} if nothing checked
 */
@FunctionalInterface
public interface CheckedRunnable<X extends Throwable> {

  /**
   * Makes the call.
   *
   * @throws X as the call likes
   */
  void run() throws X;
}
