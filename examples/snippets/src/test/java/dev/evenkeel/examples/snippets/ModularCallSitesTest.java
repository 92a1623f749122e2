package dev.evenkeel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A modular application that requires nothing but ours is compiled, and runs on the module path.
 */
class ModularCallSitesTest {

  private static final Path SOURCES = Path.of("src/test/modular");

  /** Our modules, as jars or folders, and the libraries that they need. */
  private static String modulePath() throws Exception {
    List<String> path = new ArrayList<>();
    for (URL info : Collections.list(
        ModularCallSitesTest.class.getClassLoader().getResources("module-info.class"))) {
      if (nameIn(info).startsWith("dev.evenkeel")) {
        path.add(rootOf(info).toString());
      }
    }
    assertThat(path).hasSizeGreaterThanOrEqualTo(6);
    for (Class<?> library : List.of(
        LoggerFactory.class,
        Nullable.class,
        CircuitBreakerConfig.class,
        RateLimiterConfig.class,
        IntervalFunction.class)) {
      path.add(
          Path.of(library.getProtectionDomain().getCodeSource().getLocation().toURI())
              .toString());
    }
    return String.join(File.pathSeparator, path);
  }

  private static String nameIn(URL info) throws Exception {
    try (InputStream bytes = info.openStream()) {
      return ModuleDescriptor.read(bytes).name();
    }
  }

  private static Path rootOf(URL info) throws Exception {
    String text = info.toString();
    return text.startsWith("jar:")
        ? Path.of(URI.create(text.substring("jar:".length(), text.indexOf("!/"))))
        : Path.of(info.toURI()).getParent();
  }

  @Test
  void applicationThatRequiresOursOnly_compiles_andRuns(@TempDir Path classes) throws Exception {
    String modulePath = modulePath();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(messages, true, StandardCharsets.UTF_8);
    int failed = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(
            to,
            to,
            "-Xlint:all",
            "-Werror",
            "--release",
            "17",
            "--module-path",
            modulePath,
            "-d",
            classes.toString(),
            SOURCES.resolve("module-info.java").toString(),
            SOURCES.resolve("shop/Shop.java").toString());
    assertThat(failed).as(messages.toString(StandardCharsets.UTF_8)).isZero();

    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--module-path",
            modulePath + File.pathSeparator + classes,
            "--module",
            "shop/shop.Shop")
        .redirectErrorStream(true)
        .start();
    String printed;
    try (InputStream output = process.getInputStream()) {
      printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).contains("module shop, module dev.evenkeel.core: 7, down after 1 retry");
  }
}
