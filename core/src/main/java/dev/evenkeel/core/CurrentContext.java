package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * The one slot of each thread for the context in force. The slot is an array of objects of the JDK,
 * empty when no call runs, so that a pooled thread which outlives an application holds none of its
 * classes.
 */
final class CurrentContext {

  private static final ThreadLocal<@Nullable Object[]> SLOT =
      ThreadLocal.withInitial(() -> new @Nullable Object[1]);

  private CurrentContext() {}

  static @Nullable Object[] slot() {
    return SLOT.get();
  }

  static @Nullable ContextSource get() {
    return (ContextSource) SLOT.get()[0];
  }
}
