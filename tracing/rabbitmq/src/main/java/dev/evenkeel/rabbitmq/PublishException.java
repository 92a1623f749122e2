package dev.evenkeel.rabbitmq;

import dev.evenkeel.core.Checks;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A message was not confirmed. {@link #outcome()} says what is known of it: publishing it again is
 * safe unless that is {@link PublishOutcome#UNKNOWN}, in which case it may come twice.
 */
public final class PublishException extends IOException {

  private static final long serialVersionUID = 1;

  /** What is known of the message. */
  private final PublishOutcome outcome;

  /**
   * Creates the exception.
   *
   * @param outcome what is known of the message
   * @param message for people
   * @param cause null if there is none
   */
  public PublishException(PublishOutcome outcome, String message, @Nullable Throwable cause) {
    super(Checks.notNull("outcome", outcome) + ": " + message, cause);
    this.outcome = outcome;
  }

  /**
   * What is known of the message.
   *
   * @return the outcome
   */
  public PublishOutcome outcome() {
    return outcome;
  }
}
