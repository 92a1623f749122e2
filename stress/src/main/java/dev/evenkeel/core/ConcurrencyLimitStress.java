package dev.evenkeel.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two calls ask a limit of one. */
public class ConcurrencyLimitStress {

  private ConcurrencyLimitStress() {}

  /** A limit of one. */
  @State
  public static class One {

    final ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    private final HandKernel kernel = new HandKernel();
    private final Pipeline pipeline =
        Pipeline.builder("limit").kernel(kernel).policies(limit).build();

    boolean admit() {
      return limit.admitTimeless(view()) >= 0;
    }

    boolean admitAndSettle() {
      CallView view = view();
      long permit = limit.admit(view, 0);
      if (permit < 0) {
        return false;
      }
      limit.settle(view, permit, Verdict.SUCCESS, 0);
      return true;
    }

    private CallView view() {
      Frame frame = new Frame(CallerThread.current());
      frame.begin(pipeline, pipeline.plan(), null, true);
      return frame;
    }
  }

  /** Both stay. */
  @JCStressTest
  @Outcome(id = "true, false, 1", expect = ACCEPTABLE, desc = "The first was admitted.")
  @Outcome(id = "false, true, 1", expect = ACCEPTABLE, desc = "The second was admitted.")
  public static class BothStay {

    /** One. */
    @Actor
    public void one(One state, ZZI_Result result) {
      result.r1 = state.admit();
    }

    /** The other. */
    @Actor
    public void other(One state, ZZI_Result result) {
      result.r2 = state.admit();
    }

    /** How many are in flight. */
    @Arbiter
    public void end(One state, ZZI_Result result) {
      result.r3 = state.limit.inFlight();
    }
  }

  /** Both come and go. */
  @JCStressTest
  @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "One after the other.")
  @Outcome(id = "true, false, 0", expect = ACCEPTABLE, desc = "The second met the first.")
  @Outcome(id = "false, true, 0", expect = ACCEPTABLE, desc = "The first met the second.")
  public static class BothGo {

    /** One. */
    @Actor
    public void one(One state, ZZI_Result result) {
      result.r1 = state.admitAndSettle();
    }

    /** The other. */
    @Actor
    public void other(One state, ZZI_Result result) {
      result.r2 = state.admitAndSettle();
    }

    /** How many are in flight. */
    @Arbiter
    public void end(One state, ZZI_Result result) {
      result.r3 = state.limit.inFlight();
    }
  }
}
