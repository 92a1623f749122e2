package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * The caller's own deadline passed: before the call began, so that nothing was sent, or while it
 * ran. No evidence against the dependency. Its cause, if any, is what the call threw when it was
 * interrupted.
 */
public final class DeadlineExceededException extends PipelineException {

  private static final long serialVersionUID = 1;

  private final boolean started;

  /**
   * Creates the exception. For the engine, and for tests of code that handles it.
   *
   * @param pipelineName the pipeline
   * @param started whether the call had begun
   * @param cause what the call threw when it was interrupted; null if none
   */
  public DeadlineExceededException(
      String pipelineName, boolean started, @Nullable Throwable cause) {
    this(pipelineName, started, 0, cause);
  }

  /**
   * Creates the exception of a call that came back late.
   *
   * @param tookNanos how long the attempt really took; 0 if it ended about in time
   */
  DeadlineExceededException(
      String pipelineName, boolean started, long tookNanos, @Nullable Throwable cause) {
    super(
        pipelineName
            + (started
                ? ": the caller's deadline passed during the call" + late(tookNanos)
                : ": the caller's deadline had passed before the call began; nothing was sent"),
        cause,
        pipelineName,
        "deadline");
    this.started = started;
  }

  /**
   * Whether the dependency may have been asked.
   *
   * @return false if nothing was sent
   */
  public boolean wasStarted() {
    return started;
  }
}
