package dev.evenkeel.spring.web;

import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.PipelineException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a body fails with that is not at its end in time. */
final class OverdueBody {

  private OverdueBody() {}

  /**
   * Whose time it is: the caller's deadline, or the pipeline's own.
   *
   * @param attempt the deadline of the attempt, while that begins
   * @param callers the deadline of the caller; null if there is none
   */
  static PipelineException whose(
      String pipelineName, Deadline attempt, @Nullable Deadline callers) {
    Duration own = attempt.remaining();
    boolean ours = callers == null || own.compareTo(callers.remaining().minusMillis(1)) < 0;
    return ours && own.compareTo(Duration.ZERO) > 0
        ? new CallTimeoutException(pipelineName, "timeout", own, null)
        : new DeadlineExceededException(pipelineName, true, null);
  }
}
