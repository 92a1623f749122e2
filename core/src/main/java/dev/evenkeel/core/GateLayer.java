package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** Asks a gate, and settles its permit exactly once, however the call ends. */
final class GateLayer extends Layer {

  private final Gate gate;
  private final @Nullable TimelessGate timeless;
  private final Faults faults;

  GateLayer(Gate gate, Faults faults) {
    this.gate = gate;
    this.timeless = gate instanceof TimelessGate quick ? quick : null;
    this.faults = faults;
  }

  @Override
  boolean enter(Frame frame, int at) {
    long permit = admit(frame);
    frame.numbers[at] = permit;
    if (permit < 0 && permit != GateWait.NO_PERMIT) {
      refuse(frame, at);
      return false;
    }
    return true;
  }

  /** Whether an answer lets the call go on. */
  static boolean admits(long answer) {
    return answer >= 0 || answer == GateWait.NO_PERMIT;
  }

  @Override
  void abandon(Frame frame, int at) {
    long permit = frame.numbers[at];
    frame.cancelled();
    if (permit != GateWait.NO_PERMIT) {
      gate.settle(frame, permit, Verdict.CANCELLED, frame.now());
    }
  }

  long admit(Frame frame) {
    try {
      if (timeless != null && frame.mayBeTimeless) {
        long permit = timeless.admitTimeless(frame);
        if (permit != TimelessGate.NEEDS_TIME) {
          return permit == GateWait.NO_PERMIT ? Refusal.of(RefusalReason.OTHER) : permit;
        }
      }
      long permit = gate.admit(frame, frame.now());
      if (permit >= 0 && frame.race != null) {
        return unlessHedgeUnwelcome(frame, permit);
      }
      return permit == GateWait.NO_PERMIT ? Refusal.of(RefusalReason.OTHER) : permit;
    } catch (Throwable fault) {
      faults.report(gate.name() + ".admit", fault, "the call goes on without this gate");
      return GateWait.NO_PERMIT;
    }
  }

  /**
   * A gate that wants no second attempt after a failure wants none beside this one either: the
   * first goes on alone, a hedge gives its permit back.
   *
   * @return the permit, or a refusal
   */
  long unlessHedgeUnwelcome(Frame frame, long permit) {
    HedgeRace race = frame.race;
    if (race == null || allowsRetry(frame, permit)) {
      return permit;
    }
    race.forbid();
    if (frame.hedge == 0) {
      return permit;
    }
    giveBack(frame, permit);
    return Refusal.of(RefusalReason.OTHER);
  }

  /** The call ends here, by the refusal that is this layer's number. */
  void refuse(Frame frame, int at) {
    frame.refused(at);
    frame.plan().hearer.refused(frame, gate.name(), Refusal.reason(frame.numbers[at]));
  }

  /** The exception for a refusal; made only if somebody wants to see it. */
  CallRefusedException refusal(Frame frame, long refusal) {
    long retryAfter = Refusal.retryAfterNanos(refusal);
    if (retryAfter == 0 && timeless != null && frame.mayBeTimeless) {
      retryAfter = retryAfter(timeless, frame);
    }
    return new CallRefusedException(
        frame.pipelineName(), gate.name(), Refusal.reason(refusal), frame.key(), retryAfter, null);
  }

  private long retryAfter(TimelessGate asked, Frame frame) {
    try {
      return Math.max(0, asked.retryAfterNanos(frame, frame.now()));
    } catch (Throwable fault) {
      faults.report(gate.name() + ".retryAfterNanos", fault, "the refusal does not say when");
      return 0;
    }
  }

  @Override
  long leave(Frame frame, int at) {
    long permit = frame.numbers[at];
    if (permit != GateWait.NO_PERMIT) {
      settle(frame, permit);
    }
    return OUTWARDS;
  }

  /** Gives a permit back that no attempt was made with. */
  void giveBack(Frame frame, long permit) {
    if (permit != GateWait.NO_PERMIT) {
      try {
        gate.settle(frame, permit, Verdict.REFUSED, frame.now());
      } catch (Throwable fault) {
        faults.report(gate.name() + ".settle", fault, "the call's own outcome stands");
      }
    }
  }

  private void settle(Frame frame, long permit) {
    if (frame.hasFailed()) {
      frame.retryAllowed &= allowsRetry(frame, permit);
    }
    LeftBehind running = frame.leftBehind;
    if (running != null && gate.permitsFollowWork()) {
      Frame view = frame.copy();
      running.atEnd(() -> settleLater(view, permit));
      return;
    }
    try {
      if (timeless != null
          && frame.mayBeTimeless
          && frame.hasSucceeded()
          && timeless.settleTimeless(frame, permit)) {
        return;
      }
      gate.settle(frame, permit, frame.verdict(), frame.now());
    } catch (StackOverflowError noRoom) {
      throw noRoom; // it is settled where there is more
    } catch (Throwable fault) {
      faults.report(gate.name() + ".settle", fault, "the call's own outcome stands");
    }
  }

  /** The attempt, which was left behind, has ended. */
  private void settleLater(Frame view, long permit) {
    view.timePassed();
    try {
      gate.settle(view, permit, view.verdict(), view.now());
    } catch (Throwable fault) {
      faults.report(gate.name() + ".settle", fault, "the permit may be lost");
    }
  }

  private boolean allowsRetry(Frame frame, long permit) {
    try {
      return gate.allowsRetry(frame, permit);
    } catch (Throwable fault) {
      faults.report(gate.name() + ".allowsRetry", fault, "no further attempt is made");
      return false;
    }
  }
}
