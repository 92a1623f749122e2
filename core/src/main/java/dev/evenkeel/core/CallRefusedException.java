package dev.evenkeel.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A gate did not let the call through; the dependency was not asked. */
public final class CallRefusedException extends PipelineException implements RetryAfter {

  private static final long serialVersionUID = 1;

  private final RefusalReason reason;
  private final long retryAfterNanos;

  /**
   * Creates the exception. For the engine, and for tests of code that handles it.
   *
   * @param pipelineName the pipeline
   * @param policyName the gate that refused
   * @param reason why
   * @param retryAfter when to try again, zero if unknown
   */
  public CallRefusedException(
      String pipelineName, String policyName, RefusalReason reason, Duration retryAfter) {
    this(pipelineName, policyName, reason, Checks.nonNegativeNanos("retryAfter", retryAfter), null);
  }

  CallRefusedException(
      String pipelineName,
      String policyName,
      RefusalReason reason,
      long retryAfterNanos,
      @Nullable Throwable cause) {
    super(null, cause, pipelineName, policyName);
    this.reason = Checks.notNull("reason", reason);
    this.retryAfterNanos = retryAfterNanos;
  }

  /** Made when asked for: most refusals are counted, not read. */
  @Override
  public String getMessage() {
    return pipelineName()
        + ": refused by "
        + policyName()
        + " ("
        + reason
        + (retryAfterNanos > 0 ? ", retry after " + Text.duration(retryAfterNanos) : "")
        + ")";
  }

  /**
   * Why the call was refused.
   *
   * @return the reason
   */
  public RefusalReason reason() {
    return reason;
  }

  @Override
  public Duration retryAfter() {
    return Duration.ofNanos(retryAfterNanos);
  }
}
