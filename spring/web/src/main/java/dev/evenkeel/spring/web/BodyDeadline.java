package dev.evenkeel.spring.web;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the body of an answer when its deadline passes, on a thread where that may block.
 * Thread-safe.
 */
final class BodyDeadline {

  private final Kernel kernel = Kernel.system();
  private final Deadline deadline;
  private final Runnable onOverdue;
  private volatile @Nullable Cancellable timer;
  private volatile boolean disarmed;

  /**
   * Armed at once.
   *
   * @param onOverdue runs once at most
   */
  BodyDeadline(Deadline deadline, Runnable onOverdue) {
    this.deadline = deadline;
    this.onOverdue = onOverdue;
  }

  void arm() {
    long nanos = deadline.remaining().toNanos();
    timer = kernel.schedule(kernel.nanoTime() + nanos, this::handOver);
    if (disarmed) {
      disarm();
    }
  }

  /** The body has ended: the timer is not needed any more. */
  void disarm() {
    disarmed = true;
    Cancellable armed = timer;
    if (armed != null) {
      armed.cancel();
    }
  }

  /** The timer's thread must not run what reads the body. */
  private void handOver() {
    try {
      kernel.execute(this::onDeadline);
    } catch (RejectedExecutionException full) {
      onDeadline();
    }
  }

  private void onDeadline() {
    if (disarmed) {
      return;
    }
    if (deadline.isExpired()) {
      onOverdue.run();
    } else {
      arm(); // the deadline's clock is another one, and stood still
    }
  }
}
