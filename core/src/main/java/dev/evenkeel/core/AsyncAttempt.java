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

  private final transient AsyncCall<?> call;
  private final transient Frame frame;
  private final transient CompletionStage<?> stage;
  private final boolean cancelSource;
  private final transient Runnable goOn;
  private transient volatile @Nullable Cancellable timer;

  AsyncAttempt(AsyncCall<?> call, CompletionStage<?> stage, boolean cancelSource, Runnable goOn) {
    this.call = call;
    this.frame = call.frame();
    this.stage = stage;
    this.cancelSource = cancelSource;
    this.goOn = goOn;
  }

  void start() {
    if (frame.hasDeadline && !isDone(stage)) {
      timer = frame.kernel().schedule(frame.deadlineNanos, this::onDeadline);
    }
    call.underWay(this);
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
    frame.timePassed();
    if (failure == null) {
      frame.answered(result);
    } else {
      frame.failed(Frame.unwrap(failure));
    }
    goOn.run();
  }

  /** On the timer thread, where no user's code may run. */
  private void onDeadline() {
    if (compareAndSet(false, true)) {
      long rangNanos = frame.kernel().nanoTime();
      frame.pipeline().handOver(() -> {
        frame.timePassed();
        frame.timedOut(null, rangNanos);
        cancelStage();
        goOn.run();
      });
    }
  }

  @Override
  public void abort() {
    if (compareAndSet(false, true)) {
      disarm();
      frame.timePassed();
      frame.cancelled();
      cancelStage();
      goOn.run();
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
        frame.pipeline().faults().report("cancel", fault, "the call was given up all the same");
      }
    }
  }
}
