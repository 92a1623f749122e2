package dev.evenkeel.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** A call comes while its key is about to be forgotten: no permit is out at a gate that is gone. */
public class ForgottenKeyStress {

  private ForgottenKeyStress() {}

  /** The entry of a key with a limit of one. */
  @State
  public static class One {

    private final ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    private final KeyEntry<ConcurrencyLimit> entry =
        new KeyEntry<>("key", limit, 1, new Faults("stress"));
    private final Frame frame = new Frame(CallerThread.current());

    /** Takes a permit; gives it back if the gate is gone. */
    boolean call() {
      long permit = limit.admitTimeless(frame);
      boolean stays = entry.use();
      if (permit >= 0 && !stays) {
        limit.settle(frame, permit, Verdict.REFUSED, 0);
      }
      return stays;
    }

    /** Looks twice, as the hand does that goes round. */
    boolean forget() {
      return !entry.wasUsed(0) && limit.isIdle(0) && entry.endUnused();
    }
  }

  /** The key was in use. */
  @JCStressTest
  @Outcome(id = "true, false, 1", expect = ACCEPTABLE, desc = "The call came in time.")
  @Outcome(id = "false, true, 0", expect = ACCEPTABLE, desc = "The call came too late.")
  public static class OfAKeyInUse {

    /** The call. */
    @Actor
    public void call(One state, ZZI_Result result) {
      result.r1 = state.call();
    }

    /** Who forgets. */
    @Actor
    public void forget(One state, ZZI_Result result) {
      boolean first = state.forget();
      result.r2 = first || state.forget();
    }

    /** Permits that are out. */
    @Arbiter
    public void end(One state, ZZI_Result result) {
      result.r3 = state.limit.inFlight();
    }
  }
}
