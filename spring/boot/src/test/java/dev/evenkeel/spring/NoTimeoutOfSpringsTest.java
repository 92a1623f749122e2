package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * To Spring's clients and servers a timeout of 0 means none. The modules for Spring set no timeout
 * of theirs at all: times are kept by the pipeline. Whoever sets one rounds the time that is left
 * up to 1 ms, adds a test of that, and names the place here.
 */
class NoTimeoutOfSpringsTest {

  private static final Pattern SETS_A_TIMEOUT =
      Pattern.compile("\\.\\s*(?:set|with)?\\w*[tT]imeout(?:s|Duration|Millis|Seconds)?\\(");
  private static final List<String> MODULES = List.of("boot", "web", "cloud");

  @Test
  void noTimeoutOfAClientOrServer_isSet() throws IOException {
    List<String> found = new ArrayList<>();
    int files = 0;
    for (String module : MODULES) {
      Path sources = Path.of("..", module, "src/main/java");
      try (Stream<Path> all = Files.walk(sources)) {
        for (Path file : all.filter(path -> path.toString().endsWith(".java")).toList()) {
          files++;
          SETS_A_TIMEOUT
              .matcher(Files.readString(file))
              .results()
              .forEach(call -> found.add(file.getFileName() + ": " + call.group()));
        }
      }
    }
    assertThat(files).isGreaterThan(50);
    assertThat(found).isEmpty();
  }
}
