package dev.evenkeel.retry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZD_Result;

/** Tokens are taken and earned at once. */
public class RetryBudgetStress {

  private RetryBudgetStress() {}

  /** One token, and half of one for each success. */
  @State
  public static class OneToken {
    final RetryBudget budget = RetryBudget.of(0.5, 2, 1);
  }

  /** A full bucket of one token. */
  @State
  public static class Full {
    final RetryBudget budget = RetryBudget.of(0.5, 1, 1);
  }

  /** Two take the only token. */
  @JCStressTest
  @Outcome(id = "true, false, 0.0", expect = ACCEPTABLE, desc = "The first got it.")
  @Outcome(id = "false, true, 0.0", expect = ACCEPTABLE, desc = "The second got it.")
  public static class TakeTwice {

    /** One. */
    @Actor
    public void one(OneToken state, ZZD_Result result) {
      result.r1 = state.budget.tryTake();
    }

    /** The other. */
    @Actor
    public void other(OneToken state, ZZD_Result result) {
      result.r2 = state.budget.tryTake();
    }

    /** What is left. */
    @Arbiter
    public void end(OneToken state, ZZD_Result result) {
      result.r3 = state.budget.available();
    }
  }

  /** One takes the token while another one earns twice: nothing is lost. */
  @JCStressTest
  @Outcome(id = "true, true, 1.0", expect = ACCEPTABLE, desc = "One taken, two halves earned.")
  public static class TakeAndEarn {

    /** Takes. */
    @Actor
    public void take(OneToken state, ZZD_Result result) {
      result.r1 = state.budget.tryTake();
    }

    /** Earns. */
    @Actor
    public void earn(OneToken state, ZZD_Result result) {
      state.budget.earn();
      state.budget.earn();
      result.r2 = true;
    }

    /** What is left. */
    @Arbiter
    public void end(OneToken state, ZZD_Result result) {
      result.r3 = state.budget.available();
    }
  }

  /** One takes from a full bucket while another one earns: never more than it holds. */
  @JCStressTest
  @Outcome(id = "true, true, 0.0", expect = ACCEPTABLE, desc = "Earned while it was full.")
  @Outcome(id = "true, true, 0.5", expect = ACCEPTABLE, desc = "Taken first.")
  public static class TakeFromFull {

    /** Takes. */
    @Actor
    public void take(Full state, ZZD_Result result) {
      result.r1 = state.budget.tryTake();
    }

    /** Earns. */
    @Actor
    public void earn(Full state, ZZD_Result result) {
      state.budget.earn();
      result.r2 = true;
    }

    /** What is left. */
    @Arbiter
    public void end(Full state, ZZD_Result result) {
      result.r3 = state.budget.available();
    }
  }
}
