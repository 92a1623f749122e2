package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void nothing_isTheRealThing() {
    Options options = Options.parse(List.of());

    assertThat(options.settings()).isEqualTo(Settings.full(1));
    assertThat(options.report()).isEqualTo(Path.of("target", "comeback.html"));
  }

  @Test
  void everything_isUnderstood() {
    Options options = Options.parse(List.of("--quick", "--seed", "7", "--report", "a.html"));

    assertThat(options.settings()).isEqualTo(Settings.quick(7));
    assertThat(options.report()).isEqualTo(Path.of("a.html"));
  }

  @Test
  void help_printsTheUsage() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(Options.USAGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fast     | --fast: unknown (expected: --quick, --seed, --report or --help)",
        "--seed     | --seed: nothing (expected: a value)",
        "--seed two | --seed: two (expected: a whole number)",
      })
  void badOptions_areExplained(String commandLine, String message) {
    assertThat(run(commandLine.split(" "))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith(message).endsWith(Options.USAGE);
    assertThat(out.size()).isZero();
  }

  @Test
  void reportThatIsAFolder_isRefusedBeforeAnythingStarts(@TempDir Path folder) {
    assertThat(run("--report", folder.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("expected: a file, not a folder");
  }

  private int run(String... arguments) {
    return Comeback.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
