package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * A fallback: makes an answer of a failure, or throws.
 *
 * @param <F> what it is given
 * @param <T> the type of the answer
 * @param <X> what it may throw; inferred as {@link RuntimeException} if nothing checked
 */
@FunctionalInterface
public interface CheckedFunction<F, T extends @Nullable Object, X extends Throwable> {

  /**
   * Answers.
   *
   * @param failure what it answers for
   * @return the answer
   * @throws X as the function likes: the failure itself, or what it is to be for the caller
   */
  T apply(F failure) throws X;
}
