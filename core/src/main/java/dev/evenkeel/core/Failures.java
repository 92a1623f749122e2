package dev.evenkeel.core;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Looks into failures, and puts them into one another; whatever their methods throw. */
final class Failures {

  /**
   * So that an exception object which a user's code throws again and again does not grow for ever.
   */
  private static final int MAX_SUPPRESSED = 8;

  private static final int DEPTH = 8;

  private Failures() {}

  /** What a stage really failed with. */
  static Throwable unwrap(Throwable failure) {
    if (failure instanceof CompletionException || failure instanceof ExecutionException) {
      Throwable cause = causeOf(failure);
      return cause == null ? failure : cause;
    }
    return failure;
  }

  /**
   * Whether a call that ended with this has noticed an interrupt of its thread, in whatever form:
   * clients have exceptions of their own for it, and put the one they got into them. What another
   * thread's task failed with is none of this thread's.
   */
  static boolean isInterrupt(@Nullable Throwable failure) {
    Throwable at = failure;
    for (int i = 0; at != null && i < DEPTH; i++) {
      if (isInterruptItself(at)) {
        return true;
      }
      if (at instanceof ExecutionException
          || at instanceof CompletionException
          || at instanceof PipelineException) {
        return false;
      }
      at = causeOf(at);
    }
    return false;
  }

  private static boolean isInterruptItself(Throwable failure) {
    return failure instanceof InterruptedException
        || failure instanceof ClosedByInterruptException
        || failure instanceof FileLockInterruptionException
        || (failure instanceof InterruptedIOException
            && !(failure instanceof SocketTimeoutException));
  }

  /** Whether a failure is among the causes of another one. */
  static boolean isCausedBy(Throwable failure, Throwable cause) {
    Throwable at = failure;
    for (int i = 0; at != null && i < DEPTH; i++) {
      if (at == cause) {
        return true;
      }
      at = causeOf(at);
    }
    return false;
  }

  private static @Nullable Throwable causeOf(Throwable failure) {
    try {
      return failure.getCause();
    } catch (Throwable fault) {
      return null; // an exception with a method of its own that throws
    }
  }

  /**
   * Adds a failure to the one the caller gets, unless it is there already or there are too many.
   */
  static void suppress(Throwable failure, Throwable earlier) {
    if (failure == earlier || causeOf(failure) == earlier) {
      return;
    }
    Throwable[] present = failure.getSuppressed();
    if (present.length >= MAX_SUPPRESSED) {
      return;
    }
    for (Throwable other : present) {
      if (other == earlier) {
        return;
      }
    }
    failure.addSuppressed(earlier);
  }
}
