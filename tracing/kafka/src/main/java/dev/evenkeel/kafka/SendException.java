package dev.evenkeel.kafka;

import dev.evenkeel.core.Checks;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A record was not acknowledged. {@link #outcome()} says what is known of it: sending it again is
 * safe unless that is {@link SendOutcome#UNKNOWN}, in which case it may come twice. The cause is
 * Kafka's own exception, if there was one.
 */
public final class SendException extends KafkaException {

  private static final long serialVersionUID = 1;

  /** What is known of the record. */
  private final SendOutcome outcome;

  /**
   * Creates the exception.
   *
   * @param outcome what is known of the record
   * @param message for people
   * @param cause null if there is none
   */
  public SendException(SendOutcome outcome, String message, @Nullable Throwable cause) {
    super(Checks.notNull("outcome", outcome) + ": " + message, cause);
    this.outcome = outcome;
  }

  /**
   * What is known of the record.
   *
   * @return the outcome
   */
  public SendOutcome outcome() {
    return outcome;
  }
}
