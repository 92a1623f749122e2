package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Who gets the outcome of a call that can wait. One of its two ends is called, once, by the engine.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 */
public interface CallSink {

  /**
   * Whether the caller wants no outcome any more.
   *
   * @return if true, the attempt under way is cancelled and no other one starts
   */
  boolean isGivenUp();

  /**
   * The call has succeeded.
   *
   * @param result the result, or a fallback's answer
   * @return false if nobody took it, so that what it holds is to be let go
   */
  boolean succeed(@Nullable Object result);

  /**
   * The call has failed.
   *
   * @param failure what the caller gets
   */
  void fail(Throwable failure);
}
