package dev.evenkeel.core;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The slot of each thread for the context in force, and for what the thread keeps between its
 * calls. The slot is an array of objects of the JDK that holds nothing of ours strongly when no
 * call runs, so that a pooled thread which outlives an application holds none of its classes.
 */
final class CurrentContext {

  /** The index of the {@link ContextSource} that was set last; a call within it comes before it. */
  static final int CONTEXT = 0;

  /** The index of the weak reference to the {@link CallerThread}. */
  static final int CALLER = 1;

  private static final ThreadLocal<@Nullable Object[]> SLOT =
      ThreadLocal.withInitial(() -> new @Nullable Object[2]);

  private CurrentContext() {}

  static @Nullable Object[] slot() {
    return SLOT.get();
  }

  /** The context in force on this thread. */
  static @Nullable ContextSource get() {
    @Nullable Object[] slot = SLOT.get();
    Object set = slot[CONTEXT];
    return slot[CALLER] instanceof WeakReference<?> reference
            && reference.get() instanceof CallerThread thread
        ? thread.context(set)
        : (ContextSource) set;
  }
}
