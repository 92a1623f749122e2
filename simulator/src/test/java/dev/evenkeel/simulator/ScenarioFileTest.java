package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioFileTest {

  @TempDir
  private Path directory;

  private String file(String text) throws IOException {
    return Files.writeString(directory.resolve("my.properties"), text).toString();
  }

  @Test
  void shippedScenarios_areAllReadable() {
    for (String name : ScenarioFile.SHIPPED) {
      Scenario scenario = ScenarioFile.read(name, List.of());
      assertThat(scenario.name()).isEqualTo(name);
      assertThat(scenario.text(Field.TITLE)).isNotEmpty();
    }
  }

  @Test
  void ownFile_changesWhatItNames_andCommentsAreSkipped() throws IOException {
    Scenario scenario = ScenarioFile.read(file("""
            # mine

            server.capacity = 500/s
            clients.timeout=250ms
            trouble.length = 2min
            evenkeel.maxCooldown = 30s
            """), List.of("clients.count=7"));
    assertThat(scenario.number(Field.CAPACITY)).isEqualTo(500);
    assertThat(scenario.number(Field.TIMEOUT)).isEqualTo(0.25);
    assertThat(scenario.returnsSeconds()).isEqualTo(180);
    assertThat(scenario.clients()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.coldShare = 1.5 | my.properties:2: server.coldShare: 1.5 (expected: a number from 0.001 to 1)",
        "server.workers = 2.5 | my.properties:2: server.workers: 2.5 (expected: a whole number from 1 to 1000000)",
        "server.warmUp = 10 | my.properties:2: server.warmUp: 10 (expected: a time from 0s to 86400s, written with ms, s, min or h)",
        "server.service = gamma | my.properties:2: server.service: gamma (expected: exponential, fixed, lognormal, pareto)",
        "clients.count = 1,,2 | my.properties:2: clients.count: 1,,2 (expected: whole numbers from 1 to 100000, separated by commas)",
        "nonsense | my.properties:2: nonsense (expected: field = value)",
        "name = again | my.properties:2: name: again (expected: once; it is in line 1)",
        "clients.returnAfterMin = 20s | my.properties:2: clients.returnAfterMin: 20s (expected: at most clients.returnAfterMax, which is 15s)",
        "evenkeel.maxCooldown = 1ms | my.properties:2: evenkeel.maxCooldown: 1ms (expected: at least evenkeel.minCooldown, which is 100ms)",
      })
  void wrongLine_isNamedWithFileLineAndRange(String line, String message) throws IOException {
    String file = file("name = first\n" + line + "\n");
    assertThatThrownBy(() -> ScenarioFile.read(file, List.of())).hasMessageContaining(message);
  }

  @Test
  void unknownField_isRefusedWithTheKnownOnes() throws IOException {
    String file = file("server.colour = blue\n");
    assertThatThrownBy(() -> ScenarioFile.read(file, List.of()))
        .hasMessageContaining(":1: server.colour: no such field")
        .hasMessageContaining("server.coldShare");
  }

  @Test
  void wrongSetting_isNamed() {
    assertThatThrownBy(() -> ScenarioFile.read("S1", List.of("clients.load=9")))
        .hasMessage("--set clients.load=9: clients.load: 9 (expected: a number from 0.01 to 2)");
    assertThatThrownBy(() -> ScenarioFile.read("S1", List.of("clients.load")))
        .hasMessageContaining("expected: field=value");
  }

  @Test
  void missingFile_isSaid() {
    assertThatThrownBy(() -> ScenarioFile.read("no-such-file", List.of()))
        .hasMessageContaining("no-such-file: no such file (expected: a file, or one of S1");
  }

  @Test
  void binaryFile_isSaid() throws IOException {
    Path file = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> ScenarioFile.read(file.toString(), List.of()))
        .hasMessageContaining("not a text in UTF-8");
  }
}
