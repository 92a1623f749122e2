package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * The family of exceptions of Evenkeel's own: the dependency did not answer, because it was not
 * asked or not in time. What the dependency itself throws is never wrapped in one of these.
 *
 * <p>None of them has a stack trace: nothing failed where they are made, and the names of the
 * pipeline and the policy say more than the frames would.
 */
public abstract sealed class PipelineException extends RuntimeException
    permits CallRefusedException, CallTimeoutException, DeadlineExceededException {

  private static final long serialVersionUID = 1;

  private final String pipelineName;
  private final String policyName;

  PipelineException(
      @Nullable String message, @Nullable Throwable cause, String pipelineName, String policyName) {
    super(message, cause, true, false);
    this.pipelineName = pipelineName;
    this.policyName = policyName;
  }

  /** What a message says of a call that was ended long after its time. */
  static String late(long tookNanos) {
    return tookNanos > 0
        ? "; ended after " + Text.duration(tookNanos) + ", because the call ignored its interrupt"
        : "";
  }

  /**
   * The pipeline the call went through.
   *
   * @return its name
   */
  public final String pipelineName() {
    return pipelineName;
  }

  /**
   * The policy that ended the call.
   *
   * @return its name
   */
  public final String policyName() {
    return policyName;
  }
}
