package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulator itself, held against the closed form. */
class OracleTest {

  @ParameterizedTest
  @CsvSource({"S1, 0.8", "S4, 0.9", "S8, 0.8", "S1, 0.7", "S1, 0.85"})
  void oracle_comesAsCloseToTheClosedFormAsChanceAllows(String name, String load) {
    Scenario scenario = ScenarioFile.read(name, List.of("clients.load=" + load));
    PhysicalLimit limit = scenario.limit();
    List<RunResult> runs = new ArrayList<>();
    for (long seed = 1; seed <= 7; seed++) {
      Recorder recorder = new Simulation(scenario, PolicyName.ORACLE, seed).run(false);
      runs.add(Measures.of(recorder, PolicyName.ORACLE, seed));
    }
    Statistics of = new Statistics(runs);
    assertThat(of.median(RunResult::debtSeconds))
        .isCloseTo(limit.debtSeconds(), within(0.05 * limit.debtSeconds()));
    assertThat(of.median(RunResult::t99Seconds))
        .isCloseTo(limit.seconds(), within(0.07 * limit.seconds()));
    assertThat(of.sum(RunResult::relapses)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"250ms", "500ms"})
  void oracle_keepsNoQueueThatClientsDoNotWaitFor(String timeout) {
    Scenario scenario = ScenarioFile.read("S1", List.of("clients.timeout=" + timeout));
    RunResult oracle = result(scenario, PolicyName.ORACLE);
    RunResult ours = result(scenario, PolicyName.EVENKEEL);
    assertThat(oracle.debtSeconds()).isLessThan(ours.debtSeconds());
  }

  private static RunResult result(Scenario scenario, PolicyName policy) {
    return Measures.of(new Simulation(scenario, policy, 1).run(false), policy, 1);
  }
}
