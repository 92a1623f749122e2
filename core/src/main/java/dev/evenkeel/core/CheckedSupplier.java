package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * A call to protect. Its checked exception keeps its type through the pipeline.
 *
 * @param <T> the type of the result
 * @param <X> what it may throw; inferred as {@link RuntimeException} if nothing checked
 */
@FunctionalInterface
public interface CheckedSupplier<T extends @Nullable Object, X extends Throwable> {

  /**
   * Makes the call.
   *
   * @return the result
   * @throws X as the call likes
   */
  T get() throws X;
}
