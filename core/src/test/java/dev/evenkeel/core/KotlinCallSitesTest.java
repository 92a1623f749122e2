package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jetbrains.kotlin.cli.common.ExitCode;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kotlin's compiler takes the call sites of a Kotlin user, and they run. */
class KotlinCallSitesTest {

  private static String pathOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  @Test
  void callSites_compileWithoutTypeArguments_andRun(@TempDir Path classes) throws Exception {
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    String classPath = String.join(
        System.getProperty("path.separator"),
        pathOf(Pipeline.class),
        pathOf(Nullable.class),
        pathOf(kotlin.Unit.class));
    ExitCode exit = new K2JVMCompiler()
        .exec(
            new PrintStream(messages, true, StandardCharsets.UTF_8),
            "-no-stdlib",
            "-no-reflect",
            "-Werror",
            "-jvm-target",
            "17",
            "-cp",
            classPath,
            "-d",
            classes.toString(),
            "src/test/kotlin/CallSites.kt");
    assertThat(exit).as(messages.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.OK);
    Pipeline pipeline = Pipeline.of("kotlin");
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      Class<?> sites = loader.loadClass("dev.evenkeel.core.kotlin.CallSitesKt");
      assertThat(ask(sites, "result", pipeline)).isEqualTo("seven");
      assertThat(ask(sites, "nullable", pipeline)).isNull();
      assertThat(ask(sites, "orElse", pipeline)).isEqualTo("other");
      assertThat(ask(sites, "fallback", pipeline)).isEqualTo("for down");
      assertThat((CompletableFuture<?>) ask(sites, "later", pipeline)).isCompleted();
      assertThat((CompletableFuture<?>) ask(sites, "laterByType", pipeline)).isCompleted();
      List<String> done = new ArrayList<>();
      sites.getMethod("nothing", Pipeline.class, List.class).invoke(null, pipeline, done);
      sites.getMethod("runs", Pipeline.class, List.class).invoke(null, pipeline, done);
      assertThat(done).containsExactly("done", "for down");
    }
  }

  private static Object ask(Class<?> sites, String name, Pipeline pipeline) throws Exception {
    return sites.getMethod(name, Pipeline.class).invoke(null, pipeline);
  }
}
