package dev.evenkeel.testkit.junit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.FlawedGate.Flaw;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The contract finds each gate that breaks one of its rules, and accepts the one that breaks none.
 */
class GateContractTest {

  /** One thing that may go wrong with a contract's method. */
  private interface Rule {
    void check(GateContract contract) throws Exception;
  }

  private static GateContract contract(Supplier<Gate> gates) {
    return new GateContract() {
      @Override
      protected Gate newGate() {
        return gates.get();
      }
    };
  }

  private static void isCaught(Supplier<Gate> mutants, Rule rule) {
    assertThatThrownBy(() -> rule.check(contract(mutants))).isInstanceOf(AssertionError.class);
  }

  private static void isCaught(Flaw flaw, Rule rule) {
    isCaught(() -> new FlawedGate(flaw), rule);
  }

  private static void isCaught(FlawedLimit.Flaw flaw, Rule rule) {
    isCaught(() -> new FlawedLimit(flaw), rule);
  }

  @Nested
  class GateWithoutAFlaw extends GateContract {
    @Override
    protected Gate newGate() {
      return new FlawedGate(Flaw.NONE);
    }
  }

  @Test
  void rule01_gateThatIgnoresEpochs_isCaught() {
    isCaught(Flaw.IGNORES_EPOCHS, GateContract::rule01_aStaleVerdictChangesNoState);
  }

  @Test
  void rule02_gateThatLeaksPermits_isCaught() {
    isCaught(FlawedLimit.Flaw.LEAKS_SUCCESSES, GateContract::rule02_settledPermitsComeBack);
  }

  @Test
  void rule03_gateThatCountsRefusalsAsFailures_isCaught() {
    isCaught(
        Flaw.COUNTS_REFUSALS_AS_FAILURES,
        GateContract::rule03_refusalsAndCancellationsAreNoEvidence);
  }

  @Test
  void rule04_gateWhoseProbeHasNoLease_isCaught() {
    isCaught(Flaw.PROBE_WITHOUT_LEASE, GateContract::rule04_aProbeThatNeverAnswersLocksNothing);
  }

  @Test
  void rule05_gateThatComparesTimesDirectly_isCaught() {
    isCaught(Flaw.COMPARES_TIMES_DIRECTLY, GateContract::rule05_theClocksOriginMakesNoDifference);
  }

  @Test
  void rule06_gateThatLocksItselfShut_isCaught() {
    isCaught(Flaw.LOCKS_ITSELF_SHUT, GateContract::rule06_afterTroubleCallsPassAgain);
  }

  @Test
  void rule07_gateThatThrowsWhenAskedForARetry_isCaught() {
    isCaught(
        Flaw.THROWS_WHEN_ASKED_FOR_A_RETRY,
        GateContract::rule07_itCanBeAskedWhetherARetryIsWelcome);
  }

  @Test
  void rule08_gateThatChecksAndTakesInTwoSteps_isCaught() {
    isCaught(
        FlawedLimit.Flaw.CHECKS_AND_TAKES_IN_TWO_STEPS,
        GateContract::rule08_twoThreadsGetNoMorePermitsThanOne);
  }

  @Test
  void rule09_gateWithRandomnessOfItsOwn_isCaught() {
    isCaught(Flaw.OWN_RANDOMNESS, GateContract::rule09_theSameRandomNumbersGiveTheSameDecisions);
  }

  @Test
  void rule10_gateThatLeavesATimer_isCaught() {
    isCaught(Flaw.LEAVES_A_TIMER, GateContract::rule10_noTimerIsLeftBehind);
  }

  @Test
  void rule11_gateThatAllocates_isCaught() {
    isCaught(Flaw.ALLOCATES, GateContract::rule11_aSuccessAllocatesNothing);
  }

  @Test
  void rule12_gateThatKeepsTheSlotOfATimeout_isCaught() {
    isCaught(FlawedLimit.Flaw.LEAKS_TIMEOUTS, GateContract::rule12_aTimeoutFreesItsSlot);
  }

  @Test
  void rule13_gateThatStumblesOverAHostileFailure_isCaught() {
    isCaught(
        Flaw.READS_THE_MESSAGE, GateContract::rule13_aHostileFailureOrResultMakesTheGateNotThrow);
  }

  @Test
  void rule14_gateThatIsIdleWithSomethingToLose_isCaught() {
    isCaught(FlawedLimit.Flaw.IS_ALWAYS_IDLE, GateContract::rule14_anIdleGateHasNothingToLose);
    isCaught(Flaw.IS_ALWAYS_IDLE, GateContract::rule14_anIdleGateHasNothingToLose);
  }
}
