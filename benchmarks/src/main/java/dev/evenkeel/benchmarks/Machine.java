package dev.evenkeel.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where figures are made, without a word about this machine's paths or name. */
final class Machine {

  private static final List<String> PEERS = List.of(
      "resilience4j-circuitbreaker",
      "failsafe",
      "smallrye-fault-tolerance-standalone",
      "sentinel-core",
      "spring-core",
      "micrometer-core",
      "jmh-core");

  private Machine() {}

  static void describe(Results results) {
    results.about(
        "jdk",
        System.getProperty("java.version") + ", " + System.getProperty("java.vendor.version", "")
            + " " + System.getProperty("java.vm.name"));
    results.about(
        "processor", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
    results.about("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    results.about("peers", String.join(", ", versions(System.getProperty("java.class.path"))));
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException notLinux) {
      return "unknown";
    }
  }

  /** By the names of the jars. */
  static List<String> versions(String classPath) {
    List<String> versions = new ArrayList<>();
    for (String peer : PEERS) {
      Pattern jar = Pattern.compile("(?:^|[/\\\\])" + peer + "-(\\d[^/\\\\]*)\\.jar$");
      Optional<String> version = Pattern.compile(Pattern.quote(File.pathSeparator))
          .splitAsStream(classPath)
          .map(jar::matcher)
          .filter(Matcher::find)
          .map(found -> found.group(1))
          .findFirst();
      version.ifPresent(known -> versions.add(peer + " " + known));
    }
    return versions;
  }
}
