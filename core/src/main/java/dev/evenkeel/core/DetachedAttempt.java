package dev.evenkeel.core;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on an executor's thread, which its caller leaves behind when the time is over. Until
 * the executor begins with it, it can be taken back without a trace; from then on what it holds is
 * held until it ends. Its thread is interrupted by others than the caller, who is not kept waiting
 * by that, and is given back as it was.
 */
@SuppressForbidden("takes a task back out of an executor that has a queue")
final class DetachedAttempt implements Runnable {

  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int ENDED = 2;
  private static final int TAKEN_BACK = 3;
  private static final int LEFT = 4;

  private final AtomicInteger state = new AtomicInteger(WAITING);
  private final Frame frame;
  private final CheckedSupplier<?, ?> call;
  private final Attempt attempt;
  private final Kernel kernel;
  private final Plan plan;
  private final CallContext context;
  private final Thread caller = Thread.currentThread();
  private final CallersView.Surroundings surroundings = CallersView.Surroundings.capture();
  private final LeftBehind leftBehind = new LeftBehind();

  private volatile @Nullable StopSignal signal;
  private long beganNanos;
  private long endedNanos;
  private boolean here;
  private @Nullable Object result;
  private @Nullable Throwable failure;

  DetachedAttempt(Attempt attempt, Frame frame, CheckedSupplier<?, ?> call) {
    this.attempt = attempt;
    this.frame = frame;
    this.call = call;
    kernel = frame.kernel();
    plan = frame.plan();
    context = frame.toContext();
  }

  /**
   * Makes the attempt; the outcome is in the frame.
   *
   * @return the result, if it succeeded
   */
  @Nullable Object make(Timeout timeout) {
    try {
      Checks.notNull("executor", timeout.executor()).execute(this);
    } catch (Throwable rejected) {
      if (state.compareAndSet(WAITING, TAKEN_BACK)) {
        refuse(timeout, rejected);
        return null;
      }
    }
    if (here) {
      return result; // the outcome is in the frame already
    }
    try {
      await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      frame.timePassed();
      if (!frame.isExpired()) {
        leave(timeout);
        cancelled(interrupted);
        return null;
      }
    }
    frame.timePassed();
    return state.get() == ENDED ? take() : timedOut(timeout);
  }

  /**
   * Not on a future's {@code get}: on a fork-join thread that runs other people's tasks meanwhile.
   */
  private void await() throws InterruptedException {
    if (kernel instanceof SystemKernel) {
      kernel.parkUntil(frame.deadlineNanos, this::hasEnded);
      return;
    }
    AtomicBoolean rang = new AtomicBoolean();
    Cancellable timer = kernel.schedule(frame.deadlineNanos, () -> {
      rang.set(true);
      LockSupport.unpark(caller);
    });
    try {
      while (!hasEnded() && !rang.get()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.park(this);
      }
    } finally {
      timer.cancel();
    }
  }

  private boolean hasEnded() {
    return state.get() == ENDED;
  }

  /** It has ended by itself, at its own time: the caller may have woken up late. */
  private @Nullable Object take() {
    frame.timeIs(endedNanos);
    frame.beganAt(beganNanos);
    frame.endHooks();
    if (failure != null) {
      frame.ended(failure, false);
      return null;
    }
    if (frame.isOver()) {
      frame.timedOut(null, endedNanos);
      plan.drop(result);
      return null;
    }
    frame.succeeded(result);
    return result;
  }

  private @Nullable Object timedOut(Timeout timeout) {
    if (state.compareAndSet(WAITING, TAKEN_BACK)) {
      takeOut(timeout);
      if (frame.deadlineOwner == Frame.CALLER) {
        frame.expired();
      } else {
        refuse(timeout, null);
      }
      return null;
    }
    leave(timeout);
    frame.beganAt(beganNanos);
    frame.timedOut(null, frame.now());
    return null;
  }

  /** Goes without it: it is stopped, if it can be, and its permits come back when it has ended. */
  private void leave(Timeout timeout) {
    if (state.compareAndSet(WAITING, TAKEN_BACK)) {
      takeOut(timeout);
    } else if (state.compareAndSet(RUNNING, LEFT)) {
      frame.leftBehind = leftBehind;
      frame.hooks = null; // they are the attempt's, which goes on
      StopSignal stop = signal;
      if (stop != null) {
        stop.abort();
      }
    } else {
      plan.drop(result); // it has ended in this very moment
    }
  }

  /** An attempt that never began leaves its place in the queue. */
  private void takeOut(Timeout timeout) {
    if (timeout.executor() instanceof ThreadPoolExecutor pool) {
      pool.remove(this);
    }
  }

  private void refuse(Timeout timeout, @Nullable Throwable rejected) {
    frame.end(
        Verdict.REFUSED,
        new CallRefusedException(
            frame.pipelineName(),
            timeout.name(),
            RefusalReason.EXECUTOR_REJECTED,
            frame.key(),
            0,
            rejected));
    plan.hearer.refused(frame, timeout.name(), RefusalReason.EXECUTOR_REJECTED);
  }

  private void cancelled(InterruptedException interrupted) {
    CancellationException cancelled = new CancellationException(
        frame.pipelineName() + ": interrupted while the detached call ran");
    cancelled.initCause(interrupted);
    frame.end(Verdict.CANCELLED, cancelled);
  }

  @Override
  public void run() {
    beganNanos = kernel.nanoTime();
    if (!state.compareAndSet(WAITING, RUNNING)) {
      return;
    }
    if (Thread.currentThread() == caller) {
      here =
          true; // an executor that runs tasks at once, or when it is full: the caller cannot leave
      state.set(ENDED);
      result = attempt.interrupted(frame, call);
      return;
    }
    StopSignal stop = new StopSignal(Thread.currentThread(), kernel, context::hooks);
    signal = stop;
    if (state.get() == LEFT) {
      stop.abort();
    }
    try (CallersView view = CallersView.of(CallerThread.currentContext(), surroundings)) {
      result = view.call(() -> context.call(call));
    } catch (Throwable thrown) {
      failure = thrown;
    }
    if (stop.end(false, failure instanceof InterruptedException)
        && !(failure instanceof InterruptedException)) {
      Thread.currentThread().interrupt(); // the executor's, to whom it belongs
    }
    end();
  }

  private void end() {
    endedNanos = kernel.nanoTime();
    if (state.compareAndSet(RUNNING, ENDED)) {
      LockSupport.unpark(caller);
      return;
    }
    AbortHooks hooks = context.hooks();
    if (hooks != null) {
      hooks.end();
    }
    plan.drop(result);
    leftBehind.end();
  }
}
