package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotesTest {

  private static List<String> notes(String... settings) {
    return Notes.of(ScenarioFile.read("S1", List.of(settings)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trouble.period=9s | trouble.period: has no effect here (expected: only with trouble.kind = flapping)",
        "server.serviceVariation=3 | server.serviceVariation: has no effect here (expected: only with server.service",
        "clients.returns=2 | clients.returns: has no effect here (expected: only with clients.returnProbability)",
        "server.latency=1s | server.latency: has no effect here (expected: only with server.limit = none)",
        "clients.freezeAt=1s | clients.freezeAt: has no effect here",
        "observe=5s | observe: 5s: nothing can be measured; the last 5 s do not count (expected: 6.0s or more)",
        "observe=20s | observe: 20s: shorter than what even the best policy needs, so debts are cut off (expected: 28.3s",
      })
  void whatCannotBeMeant_isSaid(String setting, String note) {
    assertThat(notes(setting)).anyMatch(said -> said.startsWith(note));
  }

  @Test
  void whatIsMeant_isNotSaid() {
    assertThat(notes("trouble.kind=flapping", "trouble.period=9s")).isEmpty();
    assertThat(notes("server.limit=none", "server.latency=1s", "observe=60s")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slower3",
        "slower5",
        "slower10-exponential",
        "slower5-lognormal",
        "slower80-constant",
        "cache-shift",
        "night-day",
        "bursts-10",
        "bursts-1000",
        "errors-8",
        "started-in-the-outage",
        "reset-in-the-outage",
        "calls-of-20-seconds",
        "weight-64",
        "slow-calls",
        "brownout"
      })
  void theReportedWorlds_canBeSaid(String name) throws Exception {
    var url = NotesTest.class.getResource(name + ".scenario");
    assertThat(url).as(name).isNotNull();
    Scenario scenario = ScenarioFile.read(java.nio.file.Path.of(url.toURI()).toString(), List.of());
    assertThat(scenario.name())
        .isEqualToIgnoringCase(name.equals("slower10-exponential") ? "slower10" : name);
    assertThat(Notes.of(scenario)).isEmpty();
  }
}
