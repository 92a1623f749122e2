package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

    assertThat(options.settings(1)).isEqualTo(Settings.full(1));
    assertThat(options.report()).isEqualTo(Path.of("target", "comeback.html"));
    assertThat(options.runs()).isEqualTo(1);
    assertThat(options.results()).isNull();
  }

  @Test
  void everything_isUnderstood() {
    Options options = Options.parse(List.of("--quick", "--seed", "7", "--report", "a.html"));

    assertThat(options.settings(1)).isEqualTo(Settings.quick(7));
    assertThat(options.report()).isEqualTo(Path.of("a.html"));
  }

  @Test
  void severalRuns_haveSeedsOfTheirOwn() {
    Options options = Options.parse(List.of("--runs", "5", "--seed", "10", "--results", "results"));

    assertThat(options.runs()).isEqualTo(5);
    assertThat(options.settings(1)).isEqualTo(Settings.full(10));
    assertThat(options.settings(5)).isEqualTo(Settings.full(14));
    assertThat(options.results()).isEqualTo(Path.of("results"));
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
        "--fast     | --fast: unknown (expected: --quick, --seed, --runs, --report, --results or",
        "--runs 0   | --runs: 0 (expected: 1 to 99)",
        "--runs 100 | --runs: 100 (expected: 1 to 99)",
        "--quick --results r | --results: with --quick (expected: not both",
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

  @Test
  void resultsThatAreAFile_areRefusedBeforeAnythingStarts(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(run("--report", folder.resolve("a.html").toString(), "--results", file.toString()))
        .isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("expected: a folder, not a file");
  }

  private int run(String... arguments) {
    return Comeback.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
