package dev.evenkeel.core;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

/** Asks a gate, and waits for its permit if the gate wants the call to. */
final class WaitingGateLayer extends Layer {

  private final WaitingGate gate;
  private final GateLayer asking;
  private final Faults faults;

  WaitingGateLayer(WaitingGate gate, Faults faults) {
    this.gate = gate;
    this.asking = new GateLayer(gate, faults);
    this.faults = faults;
  }

  @Override
  boolean enter(Frame frame, int at) {
    long permit = asking.admit(frame);
    frame.numbers[at] = permit;
    if (GateLayer.admits(permit)) {
      return true;
    }
    if (frame.plan().decidesOnly()) {
      return observe(frame, at, permit);
    }
    if (frame.isAsync()) {
      frame.suspended = true;
      return false;
    }
    return await(frame, at, permit);
  }

  /**
   * Asks whether the call would have to wait, and takes it back at once: it goes on without a
   * permit.
   */
  private boolean observe(Frame frame, int at, long refusal) {
    GateWait wait = new GateWait(() -> {});
    long answer = ask(frame, refusal, wait);
    if (answer == WaitingGate.WAIT) {
      frame.plan().hearer.waited(frame, gate.name(), 0);
      giveUp(frame, wait);
      answer = GateWait.NO_PERMIT;
    }
    frame.numbers[at] = answer;
    if (!GateLayer.admits(answer)) {
      asking.refuse(frame, at);
      return false;
    }
    return true;
  }

  @Override
  long leave(Frame frame, int at) {
    return asking.leave(frame, at);
  }

  @Override
  void abandon(Frame frame, int at) {
    asking.abandon(frame, at);
  }

  @Override
  void suspend(SuspendedCall call, int at) {
    new AsyncGateWait(this, call, at).start(call.frame().numbers[at]);
  }

  /** Waits on this thread; an interrupt from outside ends the call, and stays set. */
  private boolean await(Frame frame, int at, long refusal) {
    Thread thread = Thread.currentThread();
    long beganNanos = frame.now();
    boolean waited = false;
    long answer = refusal;
    boolean again;
    do {
      GateWait wait = new GateWait(() -> LockSupport.unpark(thread));
      answer = ask(frame, answer, wait);
      if (answer == WaitingGate.WAIT) {
        waited = true;
        wait.clip(frame.now(), frame);
        answer = wait.begin() ? park(frame, wait) : wait.get();
        frame.timePassed();
      } else {
        wait.finish(answer);
      }
      boolean lapsed = hasLapsed(frame, wait, answer);
      answer = lapsed ? askAnew(frame, wait) : conclude(frame, wait, answer);
      again = lapsed && !GateLayer.admits(answer);
    } while (again);
    if (waited) {
      tellWaited(frame, beganNanos);
    }
    frame.numbers[at] = answer;
    if (GateLayer.admits(answer)) {
      return true;
    }
    if (answer == GateWait.EXPIRED) {
      frame.expired();
    } else if (answer != GateWait.GIVEN_UP) {
      asking.refuse(frame, at);
    }
    return false;
  }

  /** Whether a wait ended so late that the permit which was reserved for its end is gone. */
  boolean hasLapsed(Frame frame, GateWait wait, long state) {
    if (state != GateWait.TIME_OVER || !wait.holdsPermit()) {
      return false;
    }
    try {
      return gate.hasLapsed(wait.endAnswer(), frame.now());
    } catch (Throwable fault) {
      faults.report(gate.name() + ".hasLapsed", fault, "the permit is used");
      return false;
    }
  }

  /** Gives a permit back that has lapsed, and asks for another one. */
  long askAnew(Frame frame, GateWait wait) {
    asking.giveBack(frame, wait.endAnswer());
    long answer = asking.admit(frame);
    if (GateLayer.admits(answer)) {
      frame.beginsNow();
    }
    return answer;
  }

  void tellWaited(Frame frame, long beganNanos) {
    frame.plan().hearer.waited(frame, gate.name(), frame.now() - beganNanos);
  }

  private long park(Frame frame, GateWait wait) {
    Kernel kernel = frame.kernel();
    try {
      kernel.parkUntil(wait.lastNanos(), wait::hasEnded);
      wait.timeOver();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException(
          frame.pipelineName() + ": interrupted while it waited for " + gate.name());
      cancelled.initCause(interrupted);
      frame.end(Verdict.CANCELLED, cancelled);
      if (!wait.finish(GateWait.GIVEN_UP) && wait.get() >= 0) {
        asking.giveBack(frame, wait.get()); // came at the same moment
        return GateWait.GIVEN_UP;
      }
    } catch (Throwable broken) { // the kernel's
      giveUp(frame, wait);
      throw broken;
    }
    return wait.get();
  }

  /**
   * Nobody waits any more: the gate is told, and a permit that came at the same moment goes back.
   */
  void giveUp(Frame frame, GateWait wait) {
    if (wait.finish(GateWait.GIVEN_UP)) {
      long unused = conclude(frame, wait, GateWait.GIVEN_UP);
    } else if (wait.get() >= 0) {
      asking.giveBack(frame, wait.get());
    }
  }

  /** Asks the gate whether to wait; one that throws is taken as not being there. */
  long ask(Frame frame, long refusal, GateWait wait) {
    try {
      long answer = gate.await(frame, refusal, wait, frame.now());
      return answer == WaitingGate.WAIT ? answer : GateWait.answerOf(answer);
    } catch (Throwable fault) {
      faults.report(gate.name() + ".await", fault, "the call goes on without this gate");
      return GateWait.NO_PERMIT;
    }
  }

  /**
   * Clears up after a wait and makes the frame ready for what follows.
   *
   * @return a permit, a refusal, {@link GateWait#GIVEN_UP} or {@link GateWait#EXPIRED}
   */
  long conclude(Frame frame, GateWait wait, long state) {
    boolean unused = state == GateWait.GIVEN_UP || state == GateWait.EXPIRED;
    if (unused && wait.holdsPermit()) {
      asking.giveBack(frame, wait.endAnswer());
    }
    if (unused || (state == GateWait.TIME_OVER && !wait.holdsPermit())) {
      withdraw(frame, wait);
    }
    long answer = state == GateWait.TIME_OVER ? wait.endAnswer() : state;
    if (GateLayer.admits(answer)) {
      frame.beginsNow(); // our queue is not the attempt's latency
      return answer < 0 ? answer : asking.unlessHedgeUnwelcome(frame, answer);
    }
    return answer;
  }

  private void withdraw(Frame frame, GateWait wait) {
    try {
      gate.withdraw(frame, wait, frame.now());
    } catch (Throwable fault) {
      faults.report(gate.name() + ".withdraw", fault, "the call's own outcome stands");
    }
  }

  GateLayer asking() {
    return asking;
  }
}
