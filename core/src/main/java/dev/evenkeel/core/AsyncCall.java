package dev.evenkeel.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A truly asynchronous call, and the future its caller gets. Whoever completes that future from
 * outside, by {@code cancel}, {@code orTimeout} or {@code complete}, has given the call up: the
 * attempt under way is cancelled and no other one starts.
 */
final class AsyncCall<T extends @Nullable Object> extends CompletableFuture<T> {

  /** What it works for, until it has ended: the future of a finished call holds its result only. */
  private record Work(
      Frame frame,
      Supplier<? extends @Nullable CompletionStage<?>> supplier,
      CallersView.Surroundings surroundings,
      @Nullable CallContext around,
      int base,
      @Nullable Runnable branchEnd) {}

  /** How it ended, until its future is completed. */
  private record Ended(
      Pipeline pipeline,
      @Nullable Object result,
      @Nullable Throwable failure,
      @Nullable CallContext around,
      CallersView.Surroundings surroundings) {}

  private volatile @Nullable Work work;
  private @Nullable Ended ended;
  private volatile boolean abandoned;
  private volatile @Nullable Abortable underWay;

  /** On its caller's thread. */
  AsyncCall(Frame frame, Supplier<? extends @Nullable CompletionStage<?>> supplier) {
    this(new Work(frame, supplier, CallersView.Surroundings.capture(), around(frame), 0, null));
  }

  private AsyncCall(Work work) {
    this.work = work;
  }

  /** The context that the call was made in, which is in force again for what depends on it. */
  private static @Nullable CallContext around(Frame frame) {
    ContextSource around = frame.caller.contextAround(frame);
    return around == null ? null : around.toContext();
  }

  private Work work() {
    return Checks.notNull("work", work);
  }

  /**
   * A call of the same kind for one of several attempts side by side, into the layers from one on.
   */
  AsyncCall<T> branch(Frame own, int from, Runnable end) {
    Work whole = work();
    return new AsyncCall<>(
        new Work(own, whole.supplier(), whole.surroundings(), whole.around(), from, end));
  }

  /** The outermost layer of the call, or of its branch. */
  int base() {
    return work().base();
  }

  /** Ends the call, or its branch, with the outcome in its frame. */
  void end() {
    Work done = work;
    underWay = null;
    if (done == null) {
      return;
    }
    Runnable branch = done.branchEnd();
    if (branch == null) {
      finish(done);
    } else {
      branch.run();
    }
  }

  /**
   * Runs a part of the call on this thread as the caller's own would: under its context and with
   * its context class loader. Whatever happens in it, the call ends.
   */
  void resume(Runnable part) {
    Work mine = work;
    if (mine == null) {
      return;
    }
    try (CallersView view = CallersView.of(mine.frame(), mine.surroundings())) {
      view.run(part);
    } catch (Throwable broken) {
      breakOff(broken);
    }
    complete();
  }

  /** The engine itself has failed. */
  void breakOff(Throwable fault) {
    Work mine = work;
    if (mine != null) {
      Frame frame = mine.frame();
      frame.pipeline().engine().abandon(frame, mine.base());
      frame.end(Verdict.CANCELLED, fault);
      end();
      complete();
    }
  }

  Supplier<? extends @Nullable CompletionStage<?>> supplier() {
    return work().supplier();
  }

  Frame frame() {
    return work().frame();
  }

  /**
   * Whether the caller has given up. As long as the engine is at work, only somebody else can have
   * completed the future: its own state says so first, before what depends on it has even run.
   */
  boolean isAbandoned() {
    return abandoned || isDone();
  }

  /** Says what to stop if the caller gives up. */
  void underWay(Abortable part) {
    underWay = part;
    if (isAbandoned()) {
      part.abort();
    }
  }

  /** Goes on at a point in time, or gives up at once if the caller does. */
  void waitUntil(long atNanos, Runnable goOn, Runnable giveUp) {
    Frame frame = frame();
    HandOver handOver = frame.pipeline().handOver();
    Wait wait = new Wait(() -> resume(giveUp));
    underWay(wait); // before the timer, whose attempt takes its place
    if (!wait.ended.get()) {
      Cancellable armed = frame.kernel().schedule(atNanos, () -> {
        if (wait.ended.compareAndSet(false, true)) {
          handOver.run(() -> resume(isAbandoned() ? giveUp : goOn));
        }
      });
      wait.timer = armed;
      if (wait.ended.get()) {
        armed.cancel();
      }
    }
  }

  private void finish(Work done) {
    Frame frame = done.frame();
    frame.pipeline().hearer().end(frame);
    ended = new Ended(
        frame.pipeline(), frame.result(), frame.failure(), done.around(), done.surroundings());
    work = null;
    frame.clear();
  }

  /**
   * Gives the caller the outcome. What depends on it runs as it would where a call ends at once: in
   * the context that the call was made in, which is not that of its last attempt.
   */
  private void complete() {
    Ended outcome = ended;
    if (outcome == null) {
      return;
    }
    ended = null;
    try (CallersView view = CallersView.of(outcome.around(), outcome.surroundings())) {
      view.run(() -> complete(outcome));
    }
  }

  @SuppressWarnings("unchecked") // what the caller's own supplier gave, or a fitting fallback
  private void complete(Ended outcome) {
    if (outcome.failure() != null) {
      super.completeExceptionally(outcome.failure());
    } else if (!super.complete((T) outcome.result())) {
      outcome.pipeline().drop(outcome.result());
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    abandon();
    return cancelled;
  }

  @Override
  public boolean complete(T value) {
    boolean completed = super.complete(value);
    abandon();
    return completed;
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    boolean completed = super.completeExceptionally(failure);
    abandon();
    return completed;
  }

  @Override
  public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
    Checks.notNull("supplier", supplier);
    executor.execute(() -> {
      try {
        complete(supplier.get());
      } catch (Throwable failure) {
        completeExceptionally(failure);
      }
    });
    return this;
  }

  @Override
  public void obtrudeValue(T value) {
    super.obtrudeValue(value);
    abandon();
  }

  @Override
  public void obtrudeException(Throwable failure) {
    super.obtrudeException(failure);
    abandon();
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  /** The caller has given up, and what is under way is told so. */
  void abandon() {
    abandoned = true;
    Abortable part = underWay;
    if (part != null) {
      part.abort();
    }
  }

  /** The time between two attempts. */
  private static final class Wait implements Abortable {

    final AtomicBoolean ended = new AtomicBoolean();
    private final Runnable giveUp;
    volatile @Nullable Cancellable timer;

    Wait(Runnable giveUp) {
      this.giveUp = giveUp;
    }

    @Override
    public void abort() {
      if (ended.compareAndSet(false, true)) {
        Cancellable armed = timer;
        if (armed != null) {
          armed.cancel();
        }
        giveUp.run();
      }
    }
  }
}
