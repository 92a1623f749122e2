package dev.evenkeel.healthcheck;

import org.jspecify.annotations.Nullable;

/**
 * Why something failed.
 *
 * @param errorClass the class of the exception; {@code DOWN} if the check itself said so
 * @param message what it says, at most 300 characters; null if nothing
 * @param traceId the trace it happened in; null if unknown
 */
public record Cause(
    String errorClass, @Nullable String message, @Nullable String traceId) {

  /** Stands for the class of a failure that was not thrown, but told by the check's result. */
  static final String SAID_SO = "DOWN";

  private static final int LONGEST_TEXT = 300;

  /**
   * Shortens the message.
   *
   * @param errorClass the class of the exception
   * @param message what it says
   * @param traceId the trace it happened in
   */
  public Cause {
    message = message == null ? null : shortened(message);
  }

  /** A text that is kept and shown: whoever wrote an exception did not think of that. */
  static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 3) + "...";
  }

  static Cause of(Throwable failure, @Nullable String traceId) {
    String message;
    try {
      message = failure.getMessage();
    } catch (Throwable fault) { // a user's exception is a user's code
      message = "no message: getMessage() threw " + fault.getClass().getName();
    }
    return new Cause(failure.getClass().getName(), message, traceId);
  }

  @Override
  public String toString() {
    if (errorClass.equals(SAID_SO)) {
      return message == null ? "down" : message;
    }
    return errorClass + (message == null ? "" : ": " + message);
  }
}
