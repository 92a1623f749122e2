package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

  private static final String[] SHORT = {
    "--set",
    "server.capacity=200/s",
    "--set",
    "server.workers=10",
    "--set",
    "clients.count=5",
    "--set",
    "observe=30s"
  };

  @TempDir
  private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Main.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false);
  }

  private int runShort(String... arguments) {
    String[] all = new String[arguments.length + SHORT.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(SHORT, 0, all, arguments.length, SHORT.length);
    return run(all);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void help_showsUsageAndEveryField() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("usage:", "--first-seed");
    for (Field field : Field.values()) {
      assertThat(out()).contains(field.key);
    }
  }

  @Test
  void list_showsScenariosAndPolicies() {
    assertThat(run("list")).isZero();
    assertThat(out()).contains("S13", "One bad shard of ten", "envoy", "needs the fleet-wide mode");
  }

  @Test
  void run_writesTableCsvAndReport() throws IOException {
    Path csv = directory.resolve("runs.csv");
    Path html = directory.resolve("report.html");
    Path series = directory.resolve("series.csv");
    int code = runShort(
        "run",
        "S1",
        "--policy",
        "evenkeel,none",
        "--seeds",
        "2",
        "--first-seed",
        "7",
        "--csv",
        csv.toString(),
        "--series",
        series.toString(),
        "--html",
        html.toString());
    assertThat(err()).contains("4 of 4 runs");
    assertThat(code).isZero();
    assertThat(out()).contains("S1 Cold restart, N = 5; limits: debt 6.7 s, T99 22.3 s");
    List<String> rows = Files.readAllLines(csv);
    assertThat(rows.get(0))
        .isEqualTo(
            "scenario,policy,seed,n,debt_s,debt_limit_s,t99_s,t99_limit_s,relapses,wasted,peak,"
                + "probe_load,jain,p99_ms,admitted_errors,trips,served,events");
    assertThat(rows).hasSize(5);
    assertThat(rows.get(1)).startsWith("S1,evenkeel,7,5,");
    assertThat(rows.get(4)).startsWith("S1,none,8,5,");
    assertThat(Files.readAllLines(series))
        .hasSizeGreaterThan(2 * 200)
        .startsWith("scenario,policy,seconds_from_return,asked_per_s,sent_per_s,goodput_per_s,"
            + "capacity_per_s,share")
        .anyMatch(row -> row.startsWith("S1,none,-1"));
    assertThat(Files.readString(html))
        .contains(
            "What was run",
            "Seeds 7 to 8",
            "clients.count = 5\n",
            "clients.timeout = 1s   (default)")
        .contains("<svg", "prefers-color-scheme: dark", "Cold restart", "seconds after the return")
        .doesNotContain("http");
  }

  @Test
  void sameSeed_sameResult_onHoweverManyThreads() throws IOException {
    Path one = directory.resolve("1.csv");
    Path four = directory.resolve("4.csv");
    runShort("run", "S3", "--seeds", "2", "--threads", "1", "--csv", one.toString());
    runShort("run", "S3", "--seeds", "2", "--threads", "4", "--csv", four.toString());
    assertThat(four).hasSameTextualContentAs(one);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jump | jump: unknown (expected: run, worlds, fleet, list or --help)",
        "run | run: no scenario (expected: files, or names such as S1; see `list`)",
        "run S1 --seeds 0 | --seeds: 0 (expected: a whole number from 1 to 100000)",
        "run S1 --seeds | --seeds: nothing (expected: a value)",
        "run S1 --policy magic | --policy: magic (expected: evenkeel, evenkeel-fleet, oracle",
        "run S1 --colour | --colour: unknown (expected:",
        "run S1 --csv /no/such/place.csv | --csv: /no/such/place.csv (expected: a file in a directory",
        "run S10 | S10: needs the fleet-wide mode",
        "run S1 --set clients.load=2.5 | --set clients.load=2.5: clients.load: 2.5 (expected:",
      })
  void wrongCommandLine_isExitCode2AndSaysWhatIsExpected(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err()).startsWith("error: ").contains(message);
    assertThat(out()).isEmpty();
  }
}
