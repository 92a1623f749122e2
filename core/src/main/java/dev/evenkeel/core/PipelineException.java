package dev.evenkeel.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The family of exceptions of Evenkeel's own: the dependency did not answer, because it was not
 * asked or not in time. What the dependency itself throws is never wrapped in one of these.
 *
 * <p>None of them has a stack trace: nothing failed where they are made, and the names of the
 * pipeline and the policy say more than the frames would. Where they do not, as with several places
 * that call through one pipeline, {@link PipelineBuilder#stackTraces} adds the caller's frames.
 */
public abstract sealed class PipelineException extends RuntimeException
    permits CallRefusedException, CallTimeoutException, DeadlineExceededException {

  private static final long serialVersionUID = 1;

  private static final String OURS = "dev.evenkeel.core.";

  private final String pipelineName;
  private final String policyName;

  PipelineException(
      @Nullable String message, @Nullable Throwable cause, String pipelineName, String policyName) {
    super(message, cause);
    this.pipelineName = pipelineName;
    this.policyName = policyName;
  }

  /** None: nothing failed here, and most of them are counted, not read. */
  @Override
  public final synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** The stack of the caller whom it reaches, if it has none yet. */
  final void traceCaller() {
    if (getStackTrace().length == 0) {
      StackTraceElement[] here = new Throwable().getStackTrace();
      int from = 0;
      while (from < here.length && here[from].getClassName().startsWith(OURS)) {
        from++;
      }
      setStackTrace(Arrays.copyOfRange(here, from, here.length));
    }
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
