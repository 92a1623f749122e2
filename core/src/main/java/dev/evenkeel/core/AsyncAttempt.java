package dev.evenkeel.core;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous attempt under way. Three may end it, and the first one wins: its stage, its
 * deadline, a caller who gave up. A stage that completes twice or after that is ignored.
 */
final class AsyncAttempt extends AtomicBoolean implements Abortable {

  private static final long serialVersionUID = 1;

  private final transient Frame frame;
  private final transient Completion outer;
  private final transient CompletionStage<?> stage;
  private final boolean cancelSource;
  private transient volatile @Nullable Cancellable timer;

  AsyncAttempt(Frame frame, Completion outer, CompletionStage<?> stage, boolean cancelSource) {
    this.frame = frame;
    this.outer = outer;
    this.stage = stage;
    this.cancelSource = cancelSource;
  }

  void start() {
    if (frame.hasDeadline && !isDone(stage)) {
      timer = kernel().schedule(frame.deadlineNanos, this::onDeadline);
    }
    call().underWay(this);
    try {
      stage.whenComplete(this::onStage);
    } catch (RuntimeException fault) {
      onStage(null, fault);
    }
  }

  /** A minimal stage is a {@link Future} by its type, but one that throws when it is asked. */
  private static boolean isDone(CompletionStage<?> stage) {
    try {
      return stage instanceof Future<?> future && future.isDone();
    } catch (RuntimeException unsupported) {
      return false;
    }
  }

  private void onStage(@Nullable Object result, @Nullable Throwable failure) {
    if (!compareAndSet(false, true)) {
      return;
    }
    disarm();
    frame.now = kernel().nanoTime();
    if (failure == null) {
      frame.succeeded(result);
    } else {
      frame.failed(Frame.unwrap(failure));
    }
    outer.complete(frame);
  }

  /** On the timer thread, where no user's code may run. */
  private void onDeadline() {
    if (compareAndSet(false, true)) {
      frame.pipeline.handOver(() -> {
        frame.now = kernel().nanoTime();
        frame.timedOut(null);
        cancelStage();
        outer.complete(frame);
      });
    }
  }

  @Override
  public void abort() {
    if (compareAndSet(false, true)) {
      disarm();
      frame.now = kernel().nanoTime();
      frame.cancelled();
      cancelStage();
      outer.complete(frame);
    }
  }

  private void disarm() {
    Cancellable armed = timer;
    if (armed != null) {
      armed.cancel();
    }
  }

  private void cancelStage() {
    if (cancelSource && stage instanceof Future<?> source) {
      try {
        source.cancel(true);
      } catch (UnsupportedOperationException minimalStage) {
        // Nothing to cancel it with, as for a stage that is no Future.
      } catch (RuntimeException fault) {
        frame.pipeline.faults().report("cancel", fault, "the call was given up all the same");
      }
    }
  }

  private AsyncCall<?> call() {
    return Checks.notNull("call", frame.asyncCall);
  }

  private Kernel kernel() {
    return frame.pipeline.kernel();
  }
}
