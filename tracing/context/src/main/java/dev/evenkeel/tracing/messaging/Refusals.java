package dev.evenkeel.tracing.messaging;

import dev.evenkeel.core.CallRefusedException;
import org.jspecify.annotations.Nullable;

/** Tells what a gate refused from what failed. */
public final class Refusals {

  private static final int MOST_CAUSES = 8;

  private Refusals() {}

  /**
   * A refusal by a gate, in whatever a handler has wrapped it.
   *
   * @param failure what the handler ended with
   * @return null if it failed otherwise
   */
  public static @Nullable CallRefusedException in(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof CallRefusedException refused) {
        return refused;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
