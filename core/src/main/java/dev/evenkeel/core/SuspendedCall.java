package dev.evenkeel.core;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for something: its attempt, the time between two, a gate's permit. It knows how
 * to go on, for all kinds of calls that can wait; the {@link AsyncAdapter} of its kind knows the
 * source of its attempts and the sink of its outcome.
 */
final class SuspendedCall implements CallHandle {

  private static final int UNDER_WAY = 0;
  private static final int ENDED = 1;
  private static final int TOLD = 2;

  private static final AtomicIntegerFieldUpdater<SuspendedCall> PHASE =
      AtomicIntegerFieldUpdater.newUpdater(SuspendedCall.class, "phase");

  private final AsyncAdapter<Object, Object> adapter;
  private final Object call;
  private final CallSink sink;
  private final CallersView.Surroundings surroundings;

  /** The context that the call was made in, which is in force again for what depends on it. */
  private final @Nullable CallContext around;

  /** The outermost layer of the call, or of its branch. */
  final int base;

  private final @Nullable Runnable branchEnd;

  /**
   * What it works for, until it has ended: what is still armed for a finished call holds little.
   */
  private volatile @Nullable Frame frame;

  private volatile boolean abandoned;
  private volatile @Nullable Abortable underWay;

  /** An attempt that begins when this thread has done all else. */
  private @Nullable StreamAttempt begins;

  // How it ended, until its sink is told.
  private volatile int phase = UNDER_WAY;
  private @Nullable Plan plan;
  private @Nullable Object result;
  private @Nullable Throwable failure;

  /** On its caller's thread. */
  @SuppressWarnings("unchecked") // the attempts are the adapter's own
  <C> SuspendedCall(Frame frame, AsyncAdapter<C, ?> adapter, C call) {
    this.frame = frame;
    this.adapter = (AsyncAdapter<Object, Object>) adapter;
    this.call = Checks.notNull("call", call);
    surroundings = CallersView.Surroundings.capture();
    around = around(frame);
    base = 0;
    branchEnd = null;
    sink = adapter.sink(call, this);
  }

  private SuspendedCall(SuspendedCall whole, Frame own, int from, Runnable end) {
    frame = own;
    adapter = whole.adapter;
    call = whole.call;
    surroundings = whole.surroundings;
    around = whole.around;
    base = from;
    branchEnd = end;
    sink = whole.sink;
  }

  private static @Nullable CallContext around(Frame frame) {
    ContextSource around = frame.caller.contextAround(frame);
    return around == null ? null : around.toContext();
  }

  /**
   * A call of the same kind for one of several attempts side by side, into the layers from one on.
   */
  SuspendedCall branch(Frame own, int from, Runnable end) {
    return new SuspendedCall(this, own, from, end);
  }

  AsyncAdapter<Object, Object> adapter() {
    return adapter;
  }

  /** As its caller has made it. */
  Object call() {
    return call;
  }

  CallSink sink() {
    return sink;
  }

  Frame frame() {
    return Checks.notNull("frame", frame);
  }

  /** Ends the call, or its branch, with the outcome in its frame. */
  void end() {
    Frame done = frame;
    underWay = null;
    if (done == null) {
      return;
    }
    if (done.result() instanceof PendingAnswer answer) {
      answer.await(this, this::end);
      return;
    }
    Runnable branch = branchEnd;
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
    Frame mine = frame;
    if (mine == null) {
      return;
    }
    CallersView view = null;
    try {
      view = CallersView.of(mine, surroundings);
      part.run();
    } catch (Throwable broken) {
      breakOff(broken);
    }
    if (view != null) {
      try {
        if (begins == null && phase == ENDED) {
          view.changeTo(around);
          deliver();
        }
      } finally {
        view.close();
      }
    }
    begin();
    tell();
  }

  /**
   * A stream begins outside of the attempt's context: what takes its elements is not part of it.
   */
  void beginsNext(StreamAttempt attempt) {
    begins = attempt;
  }

  /** Lets a stream begin that was left for now. */
  void begin() {
    StreamAttempt next = begins;
    if (next != null) {
      begins = null;
      next.start();
    }
  }

  /** The engine itself has failed. */
  void breakOff(Throwable fault) {
    Frame mine = frame;
    if (mine != null) {
      mine.plan().engine.abandon(mine, base);
      mine.end(Verdict.CANCELLED, fault);
      end();
      tell();
    }
  }

  /** Whether the caller has given up, the whole call or this branch. */
  boolean isAbandoned() {
    return abandoned || sink.isGivenUp();
  }

  /** Says what to stop if the caller gives up. */
  void underWay(Abortable part) {
    underWay = part;
    if (isAbandoned()) {
      part.abort();
    }
  }

  @Override
  public void abandon() {
    abandoned = true;
    Abortable part = underWay;
    if (part != null) {
      part.abort();
    }
  }

  /** Goes on at a point in time, or gives up at once if the caller does. */
  void waitUntil(long atNanos, Runnable goOn, Runnable giveUp) {
    Frame mine = frame();
    HandOver handOver = mine.plan().handOver;
    Wait wait = new Wait(() -> resume(giveUp));
    underWay(wait); // before the timer, whose attempt takes its place
    if (!wait.ended.get()) {
      Cancellable armed = mine.kernel().schedule(atNanos, () -> {
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

  private void finish(Frame done) {
    done.plan().hearer.callEnd(done);
    plan = done.plan();
    result = done.result();
    failure = done.failure();
    frame = null;
    done.clear();
    phase = ENDED;
  }

  /**
   * Gives the caller the outcome, if there is one and nobody else has. What depends on it runs as
   * it would where a call ends at once: in the context that the call was made in, which is not that
   * of its last attempt.
   */
  private void tell() {
    if (phase != ENDED) {
      return;
    }
    CallersView view = CallersView.of(around, surroundings);
    try {
      deliver();
    } finally {
      view.close();
    }
  }

  /** In the view of the caller. */
  private void deliver() {
    if (!PHASE.compareAndSet(this, ENDED, TOLD)) {
      return;
    }
    Plan made = Checks.notNull("plan", plan);
    Object value = result;
    Throwable fault = failure;
    plan = null;
    result = null;
    failure = null;
    if (fault != null) {
      sink.fail(fault);
    } else if (!sink.succeed(value)) {
      made.drop(value);
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
