package dev.evenkeel.core;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one attempt, and is the one place that ends it when its deadline passes. The outcome is in
 * the frame; nothing is thrown.
 */
final class Attempt {

  private final Kernel kernel;
  private final Timeout enforcement;

  /**
   * Creates it.
   *
   * @param enforcement the timeout whose way of ending a call is used, for its own time and for
   *     every outer deadline
   */
  Attempt(Kernel kernel, Timeout enforcement) {
    this.kernel = kernel;
    this.enforcement = enforcement;
  }

  /**
   * On this thread; returns when it has ended.
   *
   * @return the result, if it succeeded
   */
  @Nullable Object make(Frame frame, CheckedSupplier<?, ?> call) {
    if (!frame.hasDeadline) {
      return direct(frame, call);
    }
    if (frame.deadlineNanos - frame.now() <= 0) {
      frame.expired();
      return null;
    }
    return switch (enforcement.mode()) {
      case INTERRUPT -> interrupted(frame, call);
      case DETACHED -> detached(frame, call);
      case COOPERATIVE -> direct(frame, call);
    };
  }

  private static @Nullable Object direct(Frame frame, CheckedSupplier<?, ?> call) {
    try {
      Object result = call.get();
      frame.timePassed();
      frame.succeeded(result);
      return result;
    } catch (Throwable failure) {
      frame.timePassed();
      frame.callInterrupted = failure instanceof InterruptedException;
      frame.failed(failure);
      return null;
    }
  }

  private @Nullable Object interrupted(Frame frame, CheckedSupplier<?, ?> call) {
    CallerThread thread = frame.caller;
    if (!thread.arm(frame, kernel)) {
      frame.expired();
      return null;
    }
    Object result = null;
    Throwable failure = null;
    try {
      result = call.get();
    } catch (Throwable thrown) {
      failure = thrown;
    }
    frame.callInterrupted = failure instanceof InterruptedException;
    boolean late = thread.disarm(frame, frame.callInterrupted);
    frame.timePassed();
    if (late && !(failure instanceof Error) && (failure != null || frame.isTimeOver(frame.now()))) {
      frame.timedOut(failure, thread.rangNanos());
    } else if (failure != null) {
      frame.failed(failure);
    } else {
      frame.succeeded(result);
      return result;
    }
    return null;
  }

  private @Nullable Object detached(Frame frame, CheckedSupplier<?, ?> call) {
    CompletableFuture<Ending> ending = new CompletableFuture<>();
    FutureTask<?> task = task(frame, call, ending);
    try {
      Checks.notNull("executor", enforcement.executor()).execute(task);
    } catch (RejectedExecutionException rejected) {
      frame.end(
          Verdict.REFUSED,
          new CallRefusedException(
              frame.pipelineName(),
              enforcement.name(),
              RefusalReason.EXECUTOR_REJECTED,
              0,
              rejected));
      return null;
    }
    Cancellable timer = kernel.schedule(
        frame.deadlineNanos,
        () -> ending.complete(new Ending(null, null, true, kernel.nanoTime())));
    try {
      Ending end = ending.get();
      frame.timePassed();
      if (end.late()) {
        task.cancel(true);
        frame.timedOut(null, end.rangNanos());
      } else if (end.failure() != null) {
        frame.failed(end.failure());
      } else {
        frame.succeeded(end.result());
        return end.result();
      }
    } catch (InterruptedException interrupted) {
      task.cancel(true);
      frame.timePassed();
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException(
          frame.pipelineName() + ": interrupted while the detached call ran");
      cancelled.initCause(interrupted);
      frame.end(Verdict.CANCELLED, cancelled);
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible); // it is never completed with a failure
    } finally {
      // Not the task: it has ended or is cancelled, and an interrupt would hit its thread.
      timer.cancel();
    }
    return null;
  }

  private static FutureTask<?> task(
      Frame frame, CheckedSupplier<?, ?> call, CompletableFuture<Ending> ending) {
    CallContext context = frame.toContext();
    return new FutureTask<@Nullable Object>(
        () -> {
          try {
            ending.complete(new Ending(context.call(call), null, false, 0));
          } catch (Throwable thrown) {
            ending.complete(new Ending(null, thrown, false, 0));
          }
        },
        null);
  }

  /** How a detached call ended, or that its time did. */
  private record Ending(
      @Nullable Object result, @Nullable Throwable failure, boolean late, long rangNanos) {}

  /**
   * Starts an asynchronous attempt on this thread.
   *
   * @param first whether the call is this thread's innermost one, and not one that goes on here
   * @return the stage; null if there is none and the attempt has ended, with the outcome in the
   *     frame
   */
  @Nullable CompletionStage<?> start(
      Frame frame, Supplier<? extends @Nullable CompletionStage<?>> call, boolean first) {
    if (frame.hasDeadline && frame.deadlineNanos - frame.now() <= 0) {
      frame.expired();
      return null;
    }
    try {
      CompletionStage<?> stage = first ? startFirst(frame, call) : startAgain(frame, call);
      if (stage == null) {
        throw new NullPointerException(
            frame.pipelineName() + ": the call returned null (expected: a CompletionStage)");
      }
      return stage;
    } catch (Throwable failure) {
      frame.timePassed();
      frame.failed(failure);
      return null;
    }
  }

  private static @Nullable CompletionStage<?> startFirst(
      Frame frame, Supplier<? extends @Nullable CompletionStage<?>> call) {
    CallerThread thread = frame.caller;
    int before = thread.starts();
    try {
      return call.get();
    } finally {
      thread.started(before);
    }
  }

  private static @Nullable CompletionStage<?> startAgain(
      Frame frame, Supplier<? extends @Nullable CompletionStage<?>> call) {
    CallerThread thread = CallerThread.current();
    ContextSource outer = thread.swapContext(frame);
    try {
      return call.get();
    } finally {
      thread.swapContext(outer);
    }
  }

  /** Whether there is nothing to wait for. */
  static boolean isComplete(CompletionStage<?> stage) {
    return stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isDone();
  }

  /**
   * Ends an asynchronous attempt whose stage is complete.
   *
   * @return the result, if it succeeded
   */
  static @Nullable Object take(Frame frame, CompletionStage<?> complete) {
    frame.timePassed();
    try {
      Object result = ((CompletableFuture<?>) complete).getNow(null);
      frame.succeeded(result);
      return result;
    } catch (CompletionException | CancellationException failure) {
      frame.failed(Frame.unwrap(failure));
      return null;
    }
  }

  /** Whether the source of an asynchronous attempt is cancelled when its time is over. */
  boolean cancelsSource() {
    return enforcement.mode() != Timeout.Mode.COOPERATIVE;
  }
}
