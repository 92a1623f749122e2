package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Ten thousand files of each kind: settings that work, or an error that says why. */
class RandomFilesTest {

  /** Words of the format, of ours, and of neither. */
  private static final Arbitrary<String> PIECES = Arbitraries.of(
      "evenkeel",
      "pipelines",
      "configs",
      "default",
      "a",
      "[my.service]",
      "base-config",
      ".",
      ":",
      "=",
      "\n",
      "\n  ",
      "\n    ",
      "- ",
      " ",
      "#",
      "timeout",
      "duration",
      "retry",
      "max-attempts",
      "hedge",
      "delay",
      "circuit-breaker",
      "failback",
      "per-key",
      "enabled",
      "true",
      "false",
      "300ms",
      "0.5",
      "50%",
      "-1",
      "1e9",
      "NaN",
      "\\",
      "\"",
      "'",
      "{",
      "}",
      "[",
      "]",
      ",",
      "&x",
      "*x",
      "!!str",
      "|",
      ">",
      "?",
      "---",
      "...",
      "%YAML 9.9",
      "<<",
      "~",
      "null",
      "\u0000",
      "\u2028",
      "ä",
      "\uD83D\uDE00",
      "\uD83D",
      "\t",
      "\r",
      "\\u00",
      "99999999999999999999",
      "PT1S",
      "P",
      "java.lang.Error");

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> words = PIECES.list().ofMaxSize(60).map(pieces -> String.join("", pieces));
    Arbitrary<String> broken = Combinators.combine(
            RandomSettings.entries(), Arbitraries.integers().between(0, 2_000), PIECES)
        .as((entries, at, piece) -> {
          String text = RandomSettings.text(entries);
          int place = Math.min(at, text.length());
          return text.substring(0, place) + piece + text.substring(place);
        });
    Arbitrary<String> valid = RandomSettings.entries().map(RandomSettings::text);
    return Arbitraries.frequencyOf(
        Tuple.of(3, valid),
        Tuple.of(3, broken),
        Tuple.of(2, words),
        Tuple.of(1, Arbitraries.strings().ofMaxLength(200)));
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
  }

  @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED)
  void properties_areSettingsOrAnError(@ForAll("files") String text) {
    look("evenkeel.properties", text.getBytes(StandardCharsets.UTF_8));
    Statistics.label("evenkeel.properties")
        .coverage(coverage -> coverage.check("valid").count(count -> count > 500));
  }

  @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED)
  void yaml_isSettingsOrAnError(@ForAll("files") String text) {
    look("evenkeel.yaml", text.replace("=", ": ").getBytes(StandardCharsets.UTF_8));
    Statistics.label("evenkeel.yaml")
        .coverage(coverage -> coverage.check("valid").count(count -> count > 500));
  }

  @Property(tries = 2_000, shrinking = ShrinkingMode.BOUNDED)
  void bytes_areSettingsOrAnError(@ForAll("bytes") byte[] bytes) {
    look("evenkeel.properties", bytes);
    look("evenkeel.yaml", bytes);
  }

  @Property(tries = 2_000, shrinking = ShrinkingMode.BOUNDED)
  void resilience4j_isSettingsOrAnError(@ForAll("files") String text) {
    Problems problems = new Problems();
    String theirs =
        text.replace("evenkeel", "resilience4j.circuitbreaker").replace("pipelines", "instances");
    List<dev.evenkeel.settings.Property> properties = FileText.properties(
        "application.yaml", theirs.replace("=", ": ").getBytes(StandardCharsets.UTF_8), problems);
    try {
      Resilience4jSettings read = Resilience4jSettings.read(properties);
      read.settings().pipelines().forEach(name -> read.settings().of(name).policies());
    } catch (SettingsException refused) {
      assertClear(refused);
    }
  }

  private static void look(String file, byte[] content) {
    try {
      Settings settings = SettingsFile.parse(Path.of(file), content);
      Statistics.label(file).collect(settings.pipelines().isEmpty() ? "empty" : "valid");
      for (String name : settings.pipelines()) {
        Pipeline pipeline = Pipeline.of(name, settings.of(name).policies().toArray(new Policy[0]));
        assertThat(pipeline.callOrElse(() -> "answer", "other")).isNotNull();
        pipeline.close();
      }
    } catch (SettingsException refused) {
      Statistics.label(file).collect("refused");
      assertClear(refused);
    }
  }

  private static void assertClear(SettingsException refused) {
    assertThat(refused.problems()).isNotEmpty().allSatisfy(problem -> {
      assertThat(problem.origin()).isNotBlank();
      assertThat(problem.found()).isNotBlank();
      assertThat(problem.expected()).isNotBlank();
      assertThat(problem.toString()).doesNotContain("\n");
    });
  }
}
