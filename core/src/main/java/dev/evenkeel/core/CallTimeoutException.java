package dev.evenkeel.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline's {@link Timeout} ended the call. Its cause, if any, is what the call threw when it
 * was interrupted; that one has the stack trace of where the call hung.
 */
public final class CallTimeoutException extends PipelineException {

  private static final long serialVersionUID = 1;

  private final long timeoutNanos;

  /**
   * Creates the exception. For the engine, and for tests of code that handles it.
   *
   * @param pipelineName the pipeline
   * @param policyName the timeout's name
   * @param timeout the time that was allowed
   * @param cause what the call threw when it was interrupted; null if it had not ended
   */
  public CallTimeoutException(
      String pipelineName, String policyName, Duration timeout, @Nullable Throwable cause) {
    this(pipelineName, policyName, timeout, 0, cause);
  }

  /**
   * Creates the exception of a call that came back late.
   *
   * @param tookNanos how long the attempt really took; 0 if it ended about in time
   */
  CallTimeoutException(
      String pipelineName,
      String policyName,
      Duration timeout,
      long tookNanos,
      @Nullable Throwable cause) {
    super(
        pipelineName
            + ": no answer within "
            + Text.duration(Checks.positiveNanos("timeout", timeout))
            + " ("
            + policyName
            + ")"
            + late(tookNanos),
        cause,
        pipelineName,
        policyName);
    this.timeoutNanos = timeout.toNanos();
  }

  /**
   * The time that was allowed.
   *
   * @return the setting of the policy
   */
  public Duration timeout() {
    return Duration.ofNanos(timeoutNanos);
  }
}
