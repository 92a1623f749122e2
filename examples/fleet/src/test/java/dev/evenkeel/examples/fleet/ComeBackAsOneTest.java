package dev.evenkeel.examples.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes on real ports, and nothing about how fast they are. */
@Timeout(300)
class ComeBackAsOneTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return ComeBackAsOne.run(
        List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--alone"})
  void quickRun_leavesAnOutcomeAPictureAndNoProcess(String how, @TempDir Path folder)
      throws Exception {
    Path report = folder.resolve("new").resolve("fleet.html");
    String[] arguments = Stream.of(
            how, "--quick", "--processes", "2", "--report", report.toString())
        .filter(argument -> !argument.isEmpty())
        .toArray(String[]::new);
    int exitCode = run(arguments);
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(exitCode).isZero();
    assertThat(out.toString(UTF_8))
        .contains("recovery debt", "relapses", "This was --quick")
        .contains(how.isEmpty() ? "embedded H2" : "alone");
    assertThat(Files.readString(report))
        .contains("class=\"goodput\" d=\"M", "class=\"share\" d=\"M", "no service")
        .doesNotContain("NaN", "http")
        .endsWith("</html>\n");
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
        .isEmpty();
  }

  @Test
  void badOptions_sayWhatIsExpected() {
    String[][] all = {
      {"--what"},
      {"--store"},
      {"--store", "jdbc:oracle:thin"},
      {"--processes", "1"},
      {"--processes", "33"},
      {"--processes", "many"},
      {"--seed", "-1"}
    };
    for (String[] arguments : all) {
      err.reset();
      assertThat(run(arguments)).isEqualTo(2);
      assertThat(err.toString(UTF_8)).startsWith(arguments[0] + ": ").contains("(expected: ");
    }
  }

  @Test
  void help_saysAll() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("--store", "--alone", "exit codes");
  }

  @Test
  void storeThatIsNotThere_isSaidAtOnce(@TempDir Path folder) {
    String report = folder.resolve("fleet.html").toString();
    int exitCode =
        run("--quick", "--store", "jdbc:postgresql://127.0.0.1:1/none", "--report", report);
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("127.0.0.1:1");
  }
}
