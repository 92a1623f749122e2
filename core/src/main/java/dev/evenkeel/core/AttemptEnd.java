package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Hears how an attempt ends. Only the first end counts; the result of a later one is dropped.
 * Thread-safe.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 */
@FunctionalInterface
public interface AttemptEnd {

  /**
   * The attempt has ended by itself.
   *
   * @param result its result, if it did not fail
   * @param failure its failure; null if it succeeded
   */
  void end(@Nullable Object result, @Nullable Throwable failure);
}
