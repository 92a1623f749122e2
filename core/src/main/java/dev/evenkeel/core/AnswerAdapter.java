package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * A call that makes something of what a fallback answers. The calls of an {@link AsyncAdapter} may
 * implement it.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 */
@FunctionalInterface
public interface AnswerAdapter {

  /**
   * Takes a fallback's answer.
   *
   * @param answer the answer
   * @param failure what it answers for
   * @return the call's result; a {@link java.util.concurrent.CompletionStage} is waited for
   */
  @Nullable Object adapt(@Nullable Object answer, Exception failure);
}
