package dev.evenkeel.spring.nativetest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.agent.RecordedInvocation;

/**
 * What a native image would miss: an application with all parts of the starter, processed ahead of
 * time and run in JVMs of its own, under the agent that traces reflection. What goes by method
 * handles and field updaters it does not see: {@code NativeHintsTest} has those.
 */
class TracedApplicationTest {

  private static final String TRACED =
      "+dev.evenkeel,+org.springframework,+tools.jackson,+io.micrometer";

  @TempDir
  Path folder;

  @Test
  void nothingIsReflectedOn_thatIsNotHinted() throws Exception {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Path sources = Files.createDirectory(folder.resolve("sources"));
    Path agent = Path.of(RecordedInvocation.class
        .getProtectionDomain()
        .getCodeSource()
        .getLocation()
        .toURI());
    List<String> built = java(List.of(), "build", classes, sources);
    assertThat(classes.resolve("dev")).as(() -> String.join("\n", built)).isDirectory();
    List<String> lines =
        java(List.of("-javaagent:" + agent + "=" + TRACED), "run", classes, sources);
    assertThat(lines).anyMatch(line -> line.startsWith(Traced.DONE));
    assertThat(lines).noneMatch(line -> line.startsWith(Traced.UNHINTED));
  }

  private static List<String> java(List<String> options, String what, Path classes, Path sources)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of(
        "-cp",
        classes + File.pathSeparator + System.getProperty("java.class.path"),
        Traced.class.getName(),
        what,
        classes.toString(),
        sources.toString()));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
      lines = output.lines().toList();
    }
    assertThat(child.waitFor()).as(() -> String.join("\n", lines)).isZero();
    return lines;
  }
}
