package dev.evenkeel.core;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous attempt under way. Three may end it, and the first one wins: its stage, its
 * deadline, a caller who gave up. A stage that completes twice or after that is ignored, and what
 * it brings is dropped. Whoever has won lets go of everything: a stage that stays pending holds no
 * call.
 */
final class AsyncAttempt extends AtomicBoolean implements Abortable {

  private static final long serialVersionUID = 1;

  /** What it works for, until it has ended. */
  private record Work(AsyncCall<?> call, CompletionStage<?> stage, Runnable goOn) {}

  private final transient Pipeline pipeline;
  private final boolean cancelSource;
  private transient volatile @Nullable Work work;
  private transient volatile @Nullable Cancellable timer;

  AsyncAttempt(AsyncCall<?> call, CompletionStage<?> stage, boolean cancelSource, Runnable goOn) {
    pipeline = call.frame().pipeline();
    this.cancelSource = cancelSource;
    work = new Work(call, stage, goOn);
  }

  void start(AsyncCall<?> call, CompletionStage<?> stage) {
    Frame frame = call.frame();
    call.underWay(this); // before the timer, so that the caller's cancel finds what is under way
    if (frame.hasDeadline && !isDone(stage) && !get()) {
      Kernel kernel = frame.kernel();
      Cancellable armed = kernel.schedule(frame.deadlineNanos, () -> onDeadline(kernel.nanoTime()));
      timer = armed;
      if (get()) {
        armed.cancel();
      }
    }
    try {
      stage.whenComplete(this::onStage);
    } catch (Throwable fault) {
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

  /** What to end; null if somebody else has. */
  private @Nullable Work win() {
    if (!compareAndSet(false, true)) {
      return null;
    }
    Work mine = work;
    work = null;
    Cancellable armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
    return mine;
  }

  private void onStage(@Nullable Object result, @Nullable Throwable failure) {
    Work mine = win();
    if (mine == null) {
      pipeline.drop(result);
      return;
    }
    Frame frame = mine.call().frame();
    mine.call().resume(() -> {
      frame.timePassed();
      frame.endHooks();
      if (failure == null) {
        frame.answered(result);
      } else {
        frame.ended(Failures.unwrap(failure), false);
      }
      mine.goOn().run();
    });
  }

  /** On a thread on which no user's code may run. */
  private void onDeadline(long rangNanos) {
    Work mine = win();
    if (mine == null) {
      return;
    }
    Frame frame = mine.call().frame();
    pipeline
        .handOver()
        .run(() -> mine.call().resume(() -> {
          frame.timePassed();
          frame.timedOut(null, rangNanos);
          stop(frame, mine.stage());
          mine.goOn().run();
        }));
  }

  @Override
  public void abort() {
    Work mine = win();
    if (mine == null) {
      return;
    }
    Frame frame = mine.call().frame();
    mine.call().resume(() -> {
      frame.timePassed();
      frame.cancelled();
      if (frame.race == null && frame.hooks == null) {
        cancel(mine.stage()); // on the thread that gave the call up
      } else {
        stop(frame, mine.stage());
      }
      mine.goOn().run();
    });
  }

  /** Runs the attempt's hooks and cancels its source, elsewhere: both may block. */
  private void stop(Frame frame, CompletionStage<?> stage) {
    AbortHooks hooks = frame.hooks;
    frame.hooks = null;
    if (hooks == null && !(cancelSource && stage instanceof Future<?>)) {
      return;
    }
    Signals.send(frame.kernel(), () -> {
      if (hooks != null) {
        hooks.run();
      }
      cancel(stage);
    });
  }

  private void cancel(CompletionStage<?> stage) {
    if (cancelSource && stage instanceof Future<?> source) {
      try {
        source.cancel(true);
      } catch (UnsupportedOperationException minimalStage) {
        // Nothing to cancel it with, as for a stage that is no Future.
      } catch (Throwable fault) {
        pipeline.faults().report("cancel", fault, "the call was given up all the same");
      }
    }
  }
}
