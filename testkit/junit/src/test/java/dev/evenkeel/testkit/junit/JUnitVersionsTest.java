package dev.evenkeel.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Users' tests compile and run with the JUnit that the users have: each version is a JVM of its
 * own, with nothing of this build's JUnit on its class path.
 */
class JUnitVersionsTest {

  private static final Path PROJECTS = Path.of("src/test/projects");

  @TempDir
  private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"junit-5", "junit-6"})
  void testkitAlone_needsNoAssertJ(String version) throws Exception {
    List<Path> path = classPath(version, Pipeline.class, ManualKernel.class);
    assertThat(run(PROJECTS.resolve("plain"), path)).contains("2 tests successful");
  }

  @ParameterizedTest
  @ValueSource(strings = {"junit-5", "junit-6"})
  void contractAndLeakCheck_run(String version) throws Exception {
    List<Path> path = classPath(
        version, Pipeline.class, ManualKernel.class, GateContract.class, Assertions.class);
    String report = run(PROJECTS.resolve("contract"), path);
    assertThat(report).contains("[        15 tests successful      ]");
    assertThat(report).contains("[         1 tests failed          ]");
    assertThat(report).contains("timers: 1 armed (expected: none)");
  }

  private static List<Path> classPath(String version, Class<?>... ours) throws Exception {
    List<Path> path = new ArrayList<>();
    path.add(Path.of("target/junits", version + ".jar").toAbsolutePath());
    path.add(placeOf(LoggerFactory.class));
    path.add(placeOf(Nullable.class));
    for (Class<?> type : ours) {
      path.add(placeOf(type));
    }
    return path;
  }

  private static Path placeOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Compiles a project's tests and runs them. */
  private String run(Path project, List<Path> path) throws IOException, InterruptedException {
    String libraries =
        path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    List<String> arguments =
        new ArrayList<>(List.of("-d", directory.toString(), "-cp", libraries, "--release", "17"));
    try (Stream<Path> sources = Files.list(project)) {
      sources.map(Path::toString).forEach(arguments::add);
    }
    int result = ToolProvider.getSystemJavaCompiler()
        .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(result).as("javac").isZero();
    Path report = directory.resolve("report.txt");
    Process junit = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            libraries + File.pathSeparator + directory,
            "org.junit.platform.console.ConsoleLauncher",
            "execute",
            "--disable-banner",
            "--disable-ansi-colors",
            "--scan-classpath=" + directory)
        .redirectErrorStream(true)
        .redirectOutput(report.toFile())
        .start();
    try {
      assertThat(junit.waitFor(60, TimeUnit.SECONDS)).as("it ends within 60 s").isTrue();
    } finally {
      junit.destroyForcibly();
    }
    return Files.readString(report);
  }
}
