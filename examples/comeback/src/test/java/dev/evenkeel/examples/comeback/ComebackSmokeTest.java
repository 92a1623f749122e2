package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes on real ports, and nothing about how fast they are. */
@Timeout(60)
class ComebackSmokeTest {

  @Test
  void quickRun_leavesATableAPictureAndNoProcess(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("new").resolve("comeback.html");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int exitCode = Comeback.run(
        List.of("--quick", "--report", report.toString()),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(exitCode).isZero();
    String table = out.toString(StandardCharsets.UTF_8);
    String picture = Files.readString(report);
    for (Contestant contestant : Contestant.values()) {
      assertThat(table)
          .containsPattern("(?m)^" + Pattern.quote(contestant.label) + " .* (ms|-) *$");
      assertThat(picture).contains("<h2>" + contestant.label);
    }
    assertThat(table).contains("This was --quick").contains("Served from the second second");
    assertThat(table).containsPattern("(?m)^Physical limit .* s ");
    assertThat(picture.split("class=\"goodput\" d=\"M", -1)).hasSize(1 + 3);
    assertThat(picture.split("class=\"load\" d=\"M", -1)).hasSize(1 + 3);
    assertThat(picture).doesNotContain("NaN").doesNotContain("http").endsWith("</html>\n");
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
        .isEmpty();
  }

  @Test
  void startThatIsNeverServed_leavesNeitherTableNorPicture(@TempDir Path folder) {
    Settings quick = Settings.quick(1);
    Settings tooMuch = new Settings(
        new Settings.Service(10, 1, 1, 1, 1000),
        new Settings.Traffic(4, 4, Duration.ofSeconds(1)),
        quick.schedule(),
        new Settings.Validity(
            false,
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20)),
        1);
    Path report = folder.resolve("comeback.html");
    Options options = Options.parse(List.of("--report", report.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int exitCode = Comeback.run(
        options,
        run -> tooMuch,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(exitCode).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("No result.")
        .contains("nothing was killed");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .doesNotContain("killed all three")
        .doesNotContain("recovery debt")
        .doesNotContain("The picture");
    assertThat(report).doesNotExist();
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
        .isEmpty();
  }

  @Test
  void processThatDies_leavesNeitherTableNorPicture(@TempDir Path folder) {
    Path report = folder.resolve("comeback.html");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream killing = new PrintStream(out, true, StandardCharsets.UTF_8) {
      @Override
      public void println(String line) {
        super.println(line);
        if (line.endsWith("warming up")) {
          ProcessHandle.current().children().findFirst().orElseThrow().destroyForcibly();
        }
      }
    };

    int exitCode = Comeback.run(
        List.of("--quick", "--report", report.toString()),
        killing,
        new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("ended unexpectedly");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .doesNotContain("killed all three")
        .doesNotContain("recovery debt");
    assertThat(report).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endInTheMiddle_leavesNoProcess(boolean withoutGoodbye, @TempDir Path folder)
      throws Exception {
    Process program = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            ClassPath.ofThisProgram(),
            Comeback.class.getName(),
            "--report",
            folder.resolve("comeback.html").toString())
        .redirectErrorStream(true)
        .start();
    List<ProcessHandle> children;
    try (BufferedReader output = program.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.lines().anyMatch(line -> line.contains("warming up"))).isTrue();
      children = program.children().toList();
      if (withoutGoodbye) {
        program.destroyForcibly();
      } else {
        program.destroy();
      }
    }

    assertThat(children).hasSize(6);
    CompletableFuture.allOf(
            children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .get(30, TimeUnit.SECONDS);
  }
}
