package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * What stands in the thread's slot: a context that was set, or the call that runs, which makes its
 * context when asked.
 */
interface ContextSource {
  CallContext toContext();

  /** The deadline alone. */
  @Nullable Deadline deadlineInForce();
}
