package dev.evenkeel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each test that docs/correctness.md names is there. */
class CorrectnessPageTest {

  private static final Path PAGE = Path.of("../../docs/correctness.md");
  private static final Pattern TEST =
      Pattern.compile("\\[`(\\w+)(?:#(\\w+))?`\\]\\(([^)]+\\.java)\\)");

  @Test
  void everyPromise_namesATestThatIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (String line : Files.readAllLines(PAGE)) {
      Matcher test = TEST.matcher(line);
      while (test.find()) {
        found++;
        Path file = PAGE.resolveSibling(test.group(3));
        if (!Files.exists(file) || !holds(file, test.group(1), test.group(2))) {
          missing.add(test.group());
        }
      }
      boolean isPromise =
          line.startsWith("| ") && line.contains(" | ") && !line.contains("held by");
      assertThat(isPromise && !TEST.matcher(line).find() && !line.contains("`config/"))
          .as("without a test: %s", line)
          .isFalse();
    }
    assertThat(missing)
        .as("tests that are not there (expected: the class, and a test method)")
        .isEmpty();
    assertThat(found).isGreaterThan(40);
  }

  private static boolean holds(Path file, String type, String method) throws IOException {
    String source = Files.readString(file);
    return file.endsWith(type + ".java")
        && (method == null
            ? source.contains("@Test")
                || source.contains("@Property")
                || source.contains("@ParameterizedTest")
            : Pattern.compile("void " + method + "\\(").matcher(source).find());
  }
}
