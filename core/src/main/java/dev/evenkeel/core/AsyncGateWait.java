package dev.evenkeel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An asynchronous call that waits for a gate's permit. */
final class AsyncGateWait implements Abortable, Runnable {

  /** Calls that are to go on, on a thread on which one of them goes on already. */
  private static final ThreadLocal<@Nullable Deque<AsyncGateWait>> GOING_ON = new ThreadLocal<>();

  private final WaitingGateLayer layer;
  private final SuspendedCall call;
  private final Frame frame;
  private final int at;
  private final GateWait wait;
  private volatile @Nullable Cancellable timer;
  private volatile boolean waits;
  private long beganNanos; // if it waits

  AsyncGateWait(WaitingGateLayer layer, SuspendedCall call, int at) {
    this(layer, call, at, false, 0);
  }

  private AsyncGateWait(
      WaitingGateLayer layer, SuspendedCall call, int at, boolean waits, long beganNanos) {
    this.beganNanos = beganNanos;
    this.waits = waits;
    this.layer = layer;
    this.call = call;
    this.frame = call.frame();
    this.at = at;
    this.wait = new GateWait(this::onEnd);
  }

  void start(long refusal) {
    call.underWay(this); // before the gate may hand a permit over, and the attempt takes its place
    boolean waitedBefore = waits;
    if (!waitedBefore) {
      beganNanos = frame.now();
    }
    waits = true; // before the gate may hand a permit over
    long answer = layer.ask(frame, refusal, wait);
    if (answer != WaitingGate.WAIT) {
      waits = waitedBefore;
      if (!wait.finish(answer) && wait.get() == GateWait.GIVEN_UP) {
        giveBack(answer);
      } else {
        goOn(answer);
      }
      return;
    }
    wait.clip(frame.now(), frame);
    try {
      timer = frame.kernel().schedule(wait.lastNanos(), wait::timeOver);
    } catch (Throwable noTimer) {
      layer.giveUp(frame, wait);
      throw noTimer;
    }
    if (!wait.begin()) {
      goOn(wait.get());
    }
  }

  /** On whichever thread ended the wait; may be the timer's, where no user's code may run. */
  private void onEnd() {
    if (wait.get() == GateWait.GIVEN_UP) {
      goOn(GateWait.GIVEN_UP);
    } else {
      frame.plan().handOver.run(this);
    }
  }

  @Override
  public void abort() {
    wait.finish(GateWait.GIVEN_UP);
  }

  /** The permit came, but the caller has gone meanwhile. */
  private void giveBack(long answer) {
    if (answer >= 0) {
      layer.asking().giveBack(frame, answer);
    }
    goOn(GateWait.GIVEN_UP);
  }

  private void goOn(long state) {
    call.resume(() -> goOnAsCaller(state));
  }

  private void goOnAsCaller(long state) {
    Cancellable armed = timer;
    if (armed != null) {
      armed.cancel();
    }
    frame.timePassed();
    boolean lapsed = layer.hasLapsed(frame, wait, state);
    long answer = lapsed ? layer.askAnew(frame, wait) : layer.conclude(frame, wait, state);
    if (lapsed && !GateLayer.admits(answer) && !call.isAbandoned()) {
      new AsyncGateWait(layer, call, at, true, beganNanos).start(answer);
      return;
    }
    if (waits) {
      layer.tellWaited(frame, beganNanos);
    }
    if (answer == GateWait.EXPIRED) {
      frame.expired();
    } else if (answer == GateWait.GIVEN_UP) {
      frame.cancelled();
    } else if (!GateLayer.admits(answer)) {
      frame.numbers[at] = answer;
      layer.asking().refuse(frame, at);
    } else if (call.isAbandoned()) {
      frame.cancelled();
      layer.asking().giveBack(frame, answer);
    } else {
      frame.numbers[at] = answer;
      frame.entered = at + 1;
      frame.plan().engine.enter(call, at + 1);
      return;
    }
    frame.plan().engine.leave(call, at);
  }

  /**
   * Goes on with a permit that was handed over. With an executor that runs tasks at once, calls
   * that hand their permits on to one another go on one after the other instead of one inside the
   * other: a long queue must not overflow the stack.
   */
  @Override
  public void run() {
    Deque<AsyncGateWait> running = GOING_ON.get();
    if (running != null) {
      running.add(this);
      return;
    }
    Deque<AsyncGateWait> next = new ArrayDeque<>();
    GOING_ON.set(next);
    try {
      goOn(wait.get());
      for (AsyncGateWait other = next.poll(); other != null; other = next.poll()) {
        other.goOn(other.wait.get());
      }
    } finally {
      GOING_ON.remove();
      next.forEach(
          left -> left.frame.plan().handOver.run(left)); // none, unless an Error came between
    }
  }
}
