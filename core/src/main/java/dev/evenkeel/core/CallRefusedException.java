package dev.evenkeel.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A gate did not let the call through; the dependency was not asked. */
public final class CallRefusedException extends PipelineException implements RetryAfter {

  private static final long serialVersionUID = 1;

  private final RefusalReason reason;
  private final long retryAfterNanos;
  private final @Nullable String key;

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
    this(
        pipelineName,
        policyName,
        reason,
        null,
        Checks.nonNegativeNanos("retryAfter", retryAfter),
        null);
  }

  CallRefusedException(
      String pipelineName,
      String policyName,
      RefusalReason reason,
      @Nullable String key,
      long retryAfterNanos,
      @Nullable Throwable cause) {
    super(null, cause, pipelineName, policyName);
    this.reason = Checks.notNull("reason", reason);
    this.key = key;
    this.retryAfterNanos = retryAfterNanos;
  }

  /** Made when asked for: most refusals are counted, not read. */
  @Override
  public String getMessage() {
    return pipelineName()
        + (key == null ? "" : " [" + key + "]")
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

  /**
   * The endpoint, shard or zone of the call, see {@link Pipeline#forKey}.
   *
   * @return null if it had none
   */
  public @Nullable String key() {
    return key;
  }

  @Override
  public Duration retryAfter() {
    return Duration.ofNanos(retryAfterNanos);
  }
}
