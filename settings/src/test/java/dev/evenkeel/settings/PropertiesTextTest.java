package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PropertiesTextTest {

  private static List<dev.evenkeel.settings.Property> read(String text, Problems problems) {
    return PropertiesText.read(text, "f", problems);
  }

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> pieces = Arbitraries.of(
        "a", "b", "=", ":", " ", "\t", "\f", "\\", "\\\\", "\n", "\r", "\r\n", "#", "!", "\\u0041",
        "\\n", "\\\n", "\\\r\n", "\\\r", "key", "value", "ä", "\\u00zz", "=x\n", "\n#", "\\ ");
    return pieces.list().ofMaxSize(40).map(parts -> String.join("", parts));
  }

  /** The last of two of one key, as there. */
  @Property(tries = 5_000)
  void read_isWhatPropertiesReads(@ForAll("files") String text) throws IOException {
    Properties theirs = new Properties();
    Problems problems = new Problems();
    Map<String, String> ours = new HashMap<>();
    read(text, problems).forEach(one -> ours.put(one.key(), one.value()));
    try {
      theirs.load(new StringReader(text));
    } catch (IllegalArgumentException malformed) {
      assertThat(problems.isEmpty()).isFalse();
      return;
    }
    assertThat(problems.isEmpty()).isTrue();
    assertThat(ours).isEqualTo(theirs);
  }

  @Property(tries = 2_000)
  void add_isReadBack(@ForAll String key, @ForAll String value) {
    StringBuilder text = new StringBuilder();
    PropertiesText.add(text, key, value);
    assertThat(read(text.toString(), new Problems()))
        .containsExactly(new dev.evenkeel.settings.Property(key, value, "f:1"));
  }

  @Test
  void read_knowsTheLines() {
    assertThat(read("# one \\\na=1\r\n\r\n  b = 2\\\n   3\n! c=4\n\\\nd=5\nlast", new Problems()))
        .containsExactly(
            new dev.evenkeel.settings.Property("a", "1", "f:2"),
            new dev.evenkeel.settings.Property("b", "23", "f:4"),
            new dev.evenkeel.settings.Property("d", "5", "f:7"),
            new dev.evenkeel.settings.Property("last", "", "f:9"));
  }

  @Test
  void read_aMalformedEscape_isAProblemOfItsLine() {
    Problems problems = new Problems();
    assertThat(read("a=1\nb=\\u12\nc=3", problems)).hasSize(2);
    assertThat(Texts.problemsOf("a=1", "b=\\u12"))
        .anyMatch(problem -> problem.startsWith("test.properties:2: a malformed"));
    assertThat(problems.isEmpty()).isFalse();
  }
}
