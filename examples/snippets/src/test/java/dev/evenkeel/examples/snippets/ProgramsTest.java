package dev.evenkeel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testkit.junit.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each program prints what its last lines say, and is warned of nothing but a breaker that opens.
 */
class ProgramsTest {

  @RegisterExtension
  final LeakCheck log = LeakCheck.create().expectWarnings("CLOSED -> OPEN");

  private static final Path SOURCES = Path.of("src/main/java/dev/evenkeel/examples/snippets");

  @ParameterizedTest
  @ValueSource(
      classes = {
        FirstCall.class,
        OutageAndReturn.class,
        SharedDeadline.class,
        HedgedReplicas.class,
        LimitsByCriticality.class,
        BadShard.class,
        ComeBackTogether.class,
        StartInTurn.class
      })
  @ResourceLock(Resources.SYSTEM_OUT)
  void program_printsWhatItSays(Class<?> program) throws Exception {
    List<String> said = said(program);
    assertThat(said).isNotEmpty();
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream taken = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(taken);
      program.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactlyElementsOf(said);
  }

  private static List<String> said(Class<?> program) throws IOException {
    String source = Files.readString(SOURCES.resolve(program.getSimpleName() + ".java"));
    return source
        .substring(source.indexOf("// Prints:\n") + "// Prints:\n".length())
        .lines()
        .filter(line -> line.startsWith("  // "))
        .map(line -> line.substring("  // ".length()))
        .toList();
  }
}
