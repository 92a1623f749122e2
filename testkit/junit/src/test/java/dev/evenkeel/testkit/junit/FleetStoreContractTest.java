package dev.evenkeel.testkit.junit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.InProcessFleetStore;
import dev.evenkeel.testkit.junit.FlawedFleetStore.Flaw;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract finds each store that breaks it, and accepts one that does not. */
class FleetStoreContractTest {

  private interface Rule {
    void check(FleetStoreContract contract) throws Exception;
  }

  private static void isCaught(Flaw flaw, Rule rule) throws Exception {
    FleetStoreContract contract = new FleetStoreContract() {
      @Override
      protected FleetStore newStore() {
        return new FlawedFleetStore(flaw);
      }
    };
    contract.beginEmpty();
    assertThatThrownBy(() -> rule.check(contract)).isInstanceOf(AssertionError.class);
  }

  @Nested
  class InProcess extends FleetStoreContract {
    @Override
    protected FleetStore newStore() {
      return new InProcessFleetStore();
    }
  }

  @Nested
  class StoreWithoutAFlaw extends FleetStoreContract {
    @Override
    protected FleetStore newStore() {
      return new FlawedFleetStore(Flaw.NONE);
    }
  }

  @Test
  void storeWhoseLastWriterWins_isCaught() throws Exception {
    isCaught(Flaw.LAST_WRITER_WINS, FleetStoreContract::replace_staleVersion_changesNothing);
  }

  @Test
  void storeThatCreatesTwice_isCaught() throws Exception {
    isCaught(Flaw.CREATES_TWICE, FleetStoreContract::replace_noRecordExpected_createsOnlyOnce);
  }

  @Test
  void storeThatChecksAndWritesInTwoSteps_isCaught() throws Exception {
    isCaught(Flaw.TWO_STEPS, FleetStoreContract::replace_sameVersionFromManyThreads_oneSucceeds);
  }

  @Test
  void storeThatMixesDependencies_isCaught() throws Exception {
    isCaught(Flaw.ONE_FOR_ALL, FleetStoreContract::exchange_dependencies_areApart);
  }

  @Test
  void storeThatForgetsWhoOnlyListens_isCaught() throws Exception {
    isCaught(Flaw.FORGETS_LISTENERS, FleetStoreContract::exchange_withoutReport_keepsTheLast);
  }

  @Test
  void storeThatKeepsOldReports_isCaught() throws Exception {
    isCaught(Flaw.IGNORES_AGE, FleetStoreContract::reports_olderOnes_areLeftOut);
  }

  @Test
  void storeThatCutsTexts_isCaught() throws Exception {
    isCaught(Flaw.CUTS_TEXTS, FleetStoreContract::texts_ofTheLongestLength_areKept);
  }

  @Test
  void storeThatRemovesAll_isCaught() throws Exception {
    isCaught(Flaw.REMOVES_ALL, FleetStoreContract::remove_member_takesItsReportAlone);
  }

  @Test
  void storeThatRoundsVersions_isCaught() throws Exception {
    isCaught(Flaw.ROUNDS_VERSIONS, FleetStoreContract::replace_anyVersion_isKeptExactly);
  }

  @Test
  void storeThatIgnoresCase_isCaught() throws Exception {
    isCaught(Flaw.IGNORES_CASE, FleetStoreContract::names_thatDifferInCaseOnly_areApart);
  }
}
