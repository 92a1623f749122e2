package dev.evenkeel.failback;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** What calls on the ramp count while a step takes the sums. */
public class RampCountersStress {

  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int FEWEST_FOR_A_RELAPSE = 5;

  private RampCountersStress() {}

  /** A ramp on which one call has failed, of the five that make a relapse. */
  @State
  public static class Ramp {

    final RampStage stage = new RampStage(
        1,
        new RampController(Failback.standard(), Tolerance.STANDARD, Memory.NONE, 0, Lesson.NONE, 0),
        0,
        0);

    /** The first failure. */
    public Ramp() {
      fail();
    }

    final void fail() {
      stage.settle(Comeback.Sample.BAD, MS, MS);
    }

    RampController.Decision step(long nowNanos) {
      return stage.step(nowNanos, nowNanos, 0);
    }

    RampController.Decision stepAfter(int failures) {
      for (int i = 0; i < failures; i++) {
        fail();
      }
      return step(2 * MS);
    }
  }

  /** A failure and a step at once: with three more, five were counted. */
  @JCStressTest
  @Outcome(id = "RELAPSE", expect = ACCEPTABLE, desc = "None was lost.")
  public static class NoneIsLost {

    /** Fails. */
    @Actor
    public void failure(Ramp ramp) {
      ramp.fail();
    }

    /** Steps, with too few to decide upon. */
    @Actor
    public void step(Ramp ramp) {
      ramp.step(MS);
    }

    /** What is decided. */
    @Arbiter
    public void end(Ramp ramp, L_Result result) {
      result.r1 = ramp.stepAfter(FEWEST_FOR_A_RELAPSE - 2);
    }
  }

  /** A failure and a step at once: with two more, no more than four were counted. */
  @JCStressTest
  @Outcome(id = "CONTINUE", expect = ACCEPTABLE, desc = "None was counted twice.")
  public static class NoneIsCountedTwice {

    /** Fails. */
    @Actor
    public void failure(Ramp ramp) {
      ramp.fail();
    }

    /** Steps, with too few to decide upon. */
    @Actor
    public void step(Ramp ramp) {
      ramp.step(MS);
    }

    /** What is decided. */
    @Arbiter
    public void end(Ramp ramp, L_Result result) {
      result.r1 = ramp.stepAfter(FEWEST_FOR_A_RELAPSE - 3);
    }
  }

  /** A probe's lease. */
  @State
  public static class Probe {
    final ProbeStage stage = new ProbeStage(1, MS, 0);
  }

  /** Two calls want to be the probe. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The first is.")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The second is.")
  public static class OneProbe {

    /** One. */
    @Actor
    @SuppressWarnings("NullAway") // the stage does not look at the call
    public void one(Probe probe, II_Result result) {
      result.r1 = probe.stage.admit(null, 0) >= 0 ? 1 : 0;
    }

    /** The other. */
    @Actor
    @SuppressWarnings("NullAway") // the stage does not look at the call
    public void other(Probe probe, II_Result result) {
      result.r2 = probe.stage.admit(null, 0) >= 0 ? 1 : 0;
    }
  }
}
