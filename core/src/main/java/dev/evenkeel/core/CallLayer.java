package dev.evenkeel.core;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The innermost layer: makes the call, and is the one place that ends it when its deadline passes.
 */
final class CallLayer extends Layer {

  private final Kernel kernel;
  private final Timeout enforcement;

  /**
   * Creates the layer.
   *
   * @param enforcement the timeout whose way of ending a call is used, for its own time and for
   *     every outer deadline
   */
  CallLayer(Kernel kernel, Timeout enforcement) {
    this.kernel = kernel;
    this.enforcement = enforcement;
  }

  @Override
  @Nullable Object call(Frame frame) throws Throwable {
    if (!frame.hasDeadline) {
      return direct(frame);
    }
    if (frame.deadlineNanos - frame.now <= 0) {
      throw frame.expired();
    }
    return switch (enforcement.mode()) {
      case INTERRUPT -> interrupted(frame);
      case DETACHED -> detached(frame);
      case COOPERATIVE -> direct(frame);
    };
  }

  private @Nullable Object direct(Frame frame) throws Throwable {
    try {
      Object result = frame.invoke();
      frame.now = kernel.nanoTime();
      frame.succeeded(result);
      return result;
    } catch (Throwable failure) {
      frame.now = kernel.nanoTime();
      frame.failed(failure);
      throw failure;
    }
  }

  private @Nullable Object interrupted(Frame frame) throws Throwable {
    InterruptTimer watch = new InterruptTimer(Thread.currentThread());
    Cancellable timer = kernel.schedule(frame.deadlineNanos, watch);
    Object result = null;
    Throwable failure = null;
    try {
      result = frame.invoke();
    } catch (Throwable thrown) {
      failure = thrown;
    }
    boolean late = watch.end(timer, failure instanceof InterruptedException);
    frame.now = kernel.nanoTime();
    if (late && !(failure instanceof Error)) {
      throw frame.timedOut(failure);
    }
    if (failure != null) {
      frame.failed(failure);
      throw failure;
    }
    frame.succeeded(result);
    return result;
  }

  private @Nullable Object detached(Frame frame) throws Throwable {
    CompletableFuture<Ending> ending = new CompletableFuture<>();
    FutureTask<?> task = detach(frame, ending);
    Cancellable timer =
        kernel.schedule(frame.deadlineNanos, () -> ending.complete(new Ending(null, null, true)));
    try {
      Ending end = ending.get();
      frame.now = kernel.nanoTime();
      if (end.late()) {
        task.cancel(true);
        throw frame.timedOut(null);
      }
      if (end.failure() != null) {
        frame.failed(end.failure());
        throw end.failure();
      }
      frame.succeeded(end.result());
      return end.result();
    } catch (InterruptedException interrupted) {
      if (ending.isDone() && frame.failure == interrupted) {
        throw interrupted; // thrown by the call, not by the waiting for it
      }
      task.cancel(true);
      frame.now = kernel.nanoTime();
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException(
          frame.pipelineName() + ": interrupted while the detached call ran");
      cancelled.initCause(interrupted);
      frame.end(Verdict.CANCELLED, cancelled);
      throw cancelled;
    } finally {
      timer.cancel(); // not the task: it has ended or is cancelled, and an interrupt would hit its
      // thread
    }
  }

  private FutureTask<?> detach(Frame frame, CompletableFuture<Ending> ending) {
    CallContext context = frame.toContext();
    CheckedSupplier<?, ?> call = Checks.notNull("call", frame.blockingCall);
    FutureTask<?> task = new FutureTask<@Nullable Object>(
        () -> {
          try {
            ending.complete(new Ending(context.call(call), null, false));
          } catch (Throwable thrown) {
            ending.complete(new Ending(null, thrown, false));
          }
        },
        null);
    try {
      Checks.notNull("executor", enforcement.executor()).execute(task);
      return task;
    } catch (RejectedExecutionException rejected) {
      CallRefusedException refused = new CallRefusedException(
          frame.pipelineName(), enforcement.name(), RefusalReason.EXECUTOR_REJECTED, 0, rejected);
      frame.end(Verdict.REFUSED, refused);
      throw refused;
    }
  }

  /** How a detached call ended, or that its time did. */
  private record Ending(@Nullable Object result, @Nullable Throwable failure, boolean late) {}

  @Override
  void callAsync(Frame frame, Completion outer) {
    if (frame.hasDeadline && frame.deadlineNanos - frame.now <= 0) {
      frame.expired();
      outer.complete(frame);
      return;
    }
    CompletionStage<?> stage;
    try {
      stage = frame.invokeAsync();
      if (stage == null) {
        throw new NullPointerException(
            frame.pipelineName() + ": the call returned null (expected: a CompletionStage)");
      }
    } catch (Throwable failure) {
      frame.now = kernel.nanoTime();
      frame.failed(failure);
      outer.complete(frame);
      return;
    }
    boolean cancelSource = enforcement.mode() != Timeout.Mode.COOPERATIVE;
    new AsyncAttempt(frame, outer, stage, cancelSource).start();
  }
}
