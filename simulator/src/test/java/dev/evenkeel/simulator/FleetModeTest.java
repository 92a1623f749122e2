package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The processes of a fleet come back as one, over a store in virtual time. Few seeds, as the build
 * shall stay quick; {@code docs/failback.md} has more.
 */
class FleetModeTest {

  private static final long FIRST_SEED = 3001;

  private static Statistics runs(int seeds, String name, String... settings) {
    return runs(PolicyName.EVENKEEL_FLEET, seeds, name, settings);
  }

  private static Statistics runs(PolicyName policy, int seeds, String name, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("observe=60s");
    Scenario scenario = ScenarioFile.read(name, all);
    List<RunResult> runs = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      runs.add(Measures.of(new Simulation(scenario, policy, seed).run(false), policy, seed));
    }
    return new Statistics(runs);
  }

  @Test
  void coldReturn_isCloseToThePhysicalLimit() {
    Statistics of = runs(3, "S1", "clients.count=50");
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);
    assertThat(of.sum(RunResult::relapses)).as("relapses").isZero();
    assertThat(of.median(RunResult::debtSeconds)).isLessThan(1.4 * limit.debtSeconds());
    assertThat(of.median(RunResult::t99Seconds)).isLessThan(1.3 * limit.seconds());
    assertThat(of.median(RunResult::probeLoad)).as("probes").isLessThan(0.01);
  }

  @Test
  void fewMembers_comeBackWithoutARelapse() {
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);
    for (String name : List.of("S1", "S3")) {
      for (int members : new int[] {1, 3, 8, 12}) {
        Statistics of = runs(1, name, "clients.count=" + members);
        String what = name + " with " + members;
        assertThat(of.sum(RunResult::relapses)).as(what + ": relapses").isZero();
        assertThat(of.median(RunResult::debtSeconds))
            .as(what + ": debt")
            .isLessThan(1.4 * limit.debtSeconds());
      }
    }
  }

  /** As in {@code examples/fleet}: what is known of a healthy dependency is of a rising load. */
  @Test
  void deadSoonAfterADeployment_comesBackAsAnyOther() {
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);
    List<String> world = List.of(
        "clients.count=8",
        "server.capacity=200",
        "server.workers=10",
        "clients.rise=8s",
        "trouble.start=18s");
    for (PolicyName policy : List.of(PolicyName.EVENKEEL, PolicyName.EVENKEEL_FLEET)) {
      Statistics of = runs(policy, 3, "S1", world.toArray(String[]::new));
      assertThat(of.sum(RunResult::relapses)).as(policy + ": relapses").isZero();
      assertThat(of.median(RunResult::debtSeconds))
          .as(policy + ": debt")
          .isLessThan(1.7 * limit.debtSeconds());
    }
  }

  /** 32 calls a second of eight processes: one ramp for all would swing. */
  @Test
  void smallService_losesNoMoreThanWithoutAStore() {
    String[] world = {"clients.count=8", "server.capacity=40", "server.workers=2"};
    for (String name : List.of("S1", "S2")) {
      Statistics alone = runs(PolicyName.EVENKEEL, 6, name, world);
      Statistics together = runs(PolicyName.EVENKEEL_FLEET, 6, name, world);
      assertThat(together.sum(RunResult::relapses))
          .as(name + ": relapses")
          .isLessThanOrEqualTo(1 + alone.sum(RunResult::relapses));
      assertThat(together.median(RunResult::debtSeconds))
          .as(name + ": debt")
          .isLessThan(1.15 * alone.median(RunResult::debtSeconds));
    }
  }

  @Test
  void warmReturn_takesASecondOrSo() {
    Statistics of = runs(3, "S2", "clients.count=50");
    assertThat(of.median(RunResult::debtSeconds)).isLessThan(1.2);
    assertThat(of.median(RunResult::jain)).isGreaterThan(0.98);
  }

  @Test
  void storeIsLostInMidRamp_nobodyRelapses() {
    Statistics of = runs(2, "S12", "clients.count=50");
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);
    assertThat(of.sum(RunResult::relapses)).as("relapses").isZero();
    assertThat(of.median(RunResult::debtSeconds)).isLessThan(1.6 * limit.debtSeconds());
  }

  @Test
  void storeIsWipedInMidRamp_nobodyRelapses() {
    Statistics of = runs(2, "S12", "clients.count=50", "store.outage=1s", "store.wiped=yes");
    assertThat(of.sum(RunResult::relapses)).as("relapses").isZero();
  }

  @Test
  void oneMemberLies_nobodyRelapses() {
    Statistics of = runs(2, "S1", "clients.count=50", "fleet.liars=1");
    PhysicalLimit limit = new PhysicalLimit(0.8, 0.3, 10);
    assertThat(of.sum(RunResult::relapses)).as("relapses").isZero();
    assertThat(of.median(RunResult::debtSeconds)).isLessThan(1.5 * limit.debtSeconds());
  }

  @Test
  void clocksOfTheProcesses_doNotMatter() {
    Statistics same = runs(1, "S1", "clients.count=20");
    Statistics odd = runs(1, "S1", "clients.count=20", "clients.clock=odd");
    assertThat(odd.median(RunResult::debtSeconds))
        .isLessThan(1.3 * same.median(RunResult::debtSeconds));
  }

  @Test
  void sameSeed_isTheSameRun() {
    Statistics first = runs(1, "S2", "clients.count=20");
    Statistics second = runs(1, "S2", "clients.count=20");
    assertThat(first.median(RunResult::debtSeconds))
        .isEqualTo(second.median(RunResult::debtSeconds));
    assertThat(first.median(result -> (double) result.events()))
        .isEqualTo(second.median(result -> (double) result.events()));
  }
}
