package dev.evenkeel.kafka;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;

/** What Kafka's exceptions say about a record, and about the broker. */
final class SendFailures {

  private SendFailures() {}

  /** What is known of a record that the producer had taken. */
  static SendOutcome afterTheSend(Throwable failure) {
    boolean forGood = failure instanceof ApiException && !(failure instanceof RetriableException);
    return forGood ? SendOutcome.REFUSED : SendOutcome.UNKNOWN;
  }

  /**
   * Whether the broker is to blame. Not for what is wrong with the record, nor for a caller that
   * has gone, nor where nobody knows.
   *
   * @param taken whether the producer had taken the record
   */
  static boolean isEvidence(Throwable failure, boolean taken) {
    if (isOfTheRecord(failure)) {
      return false;
    }
    if (!taken) {
      return true; // no metadata, a full buffer: what the producer needs of the broker is not there
    }
    boolean nobodyKnows = failure instanceof TimeoutException
        || failure instanceof NetworkException
        || failure instanceof DisconnectException
        || !(failure instanceof ApiException); // the producer was closed
    return !nobodyKnows;
  }

  private static boolean isOfTheRecord(Throwable failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof RecordBatchTooLargeException
        || failure instanceof SerializationException
        || failure instanceof InvalidTopicException
        || failure instanceof InvalidRecordException
        || failure instanceof TransactionAbortedException
        || failure instanceof InterruptException
        || failure instanceof IllegalArgumentException
        || failure instanceof IllegalStateException
        || failure instanceof ClassCastException
        || failure instanceof NullPointerException;
  }
}
