package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class YamlTextTest {

  private static List<String> read(String yaml) {
    Problems problems = new Problems();
    List<String> read = YamlText.read(yaml, "f.yaml", problems).stream()
        .map(one -> one.origin() + " " + one.key() + "=" + one.value())
        .toList();
    assertThat(problems.isEmpty()).isTrue();
    return read;
  }

  private static List<String> problems(String yaml) {
    return Texts.problemsIn("f.yaml", yaml);
  }

  @Test
  void read_flattens_withTheLineOfTheKey() {
    assertThat(read("""
        # settings
        evenkeel:
          configs.default.timeout.duration: 1s
          pipelines:
            inventory:
              retry:
                maxAttempts: 3
                retry-exceptions:
                  - java.io.IOException
                  - "java.util.NoSuchElementException"
                ignore-exceptions: []
            "[my.service]": {timeout: {duration: '300 ms', mode: ~}}
            empty:
        """))
        .containsExactly(
            "f.yaml:3 evenkeel.configs.default.timeout.duration=1s",
            "f.yaml:7 evenkeel.pipelines.inventory.retry.maxAttempts=3",
            "f.yaml:9 evenkeel.pipelines.inventory.retry.retry-exceptions[0]=java.io.IOException",
            "f.yaml:10 evenkeel.pipelines.inventory.retry.retry-exceptions[1]=java.util.NoSuchElementException",
            "f.yaml:11 evenkeel.pipelines.inventory.retry.ignore-exceptions=",
            "f.yaml:12 evenkeel.pipelines[my.service].timeout.duration=300 ms",
            "f.yaml:12 evenkeel.pipelines[my.service].timeout.mode=",
            "f.yaml:13 evenkeel.pipelines.empty=");
  }

  @Test
  void read_nothing_isNoProblem() {
    assertThat(read("")).isEmpty();
    assertThat(read("# only a comment\n")).isEmpty();
    assertThat(read("---\n...\n")).isEmpty();
    assertThat(Texts.file("f.yaml", "evenkeel:\n  pipelines:\n").pipelines()).isEmpty();
    assertThat(Texts.file("f.yaml", "evenkeel:\n  pipelines:\n    a:\n").pipelines())
        .containsExactly("a");
  }

  @Test
  void settings_areTheSameAsOfProperties() {
    assertThat(Texts.file("f.yml", """
        evenkeel:
          pipelines:
            inventory:
              timeout.duration: 300ms
              circuit-breaker:
                failure-rate-threshold: 50
        """))
        .isEqualTo(Texts.settings(
            "pipelines.inventory.timeout.duration=300ms",
            "pipelines.inventory.circuit-breaker.failure-rate-threshold=50%"));
  }

  @Test
  void theSameKeyTwice_isAProblem() {
    assertThat(problems("""
        evenkeel:
          pipelines:
            a: {timeout: {duration: 1s}}
          pipelines:
            b: {timeout: {duration: 1s}}
        """))
        .containsExactly("f.yaml:4: evenkeel.pipelines: the same key twice (expected: each once; it"
            + " is at line 2 too)");
  }

  @Test
  void whatIsNotRead_isAProblem() {
    assertThat(problems("a: &x 1\nb: *x"))
        .anyMatch(problem -> problem.startsWith("f.yaml:2: an alias"));
    assertThat(problems("a: 1\n---\nb: 2"))
        .anyMatch(problem -> problem.startsWith("f.yaml:2: a second document"));
    assertThat(problems("? [a, b]\n: 1"))
        .anyMatch(problem -> problem.contains("a key that is a list"));
    assertThat(problems("a: !!java.net.URL x")).anyMatch(problem -> problem.contains("the tag"));
    assertThat(problems("- a")).anyMatch(problem -> problem.contains("a list (expected: keys"));
    assertThat(problems("word")).anyMatch(problem -> problem.contains("\"word\" (expected: keys"));
    assertThat(problems("a: [")).anyMatch(problem -> problem.startsWith("f.yaml:1: no YAML"));
    assertThat(problems("a:\n\t- b")).anyMatch(problem -> problem.startsWith("f.yaml:2: no YAML"));
    assertThat(problems("a: \u0000")).anyMatch(problem -> problem.contains("no YAML"));
  }

  @Test
  void hostileFiles_endSoon() {
    assertThat(problems("[".repeat(500_000))).anyMatch(problem -> problem.contains("(expected:"));
    assertThat(problems("{a: ".repeat(200_000)))
        .anyMatch(problem -> problem.contains("more than 20 levels"));
    assertThat(problems("a: " + "[".repeat(100_000)))
        .anyMatch(problem -> problem.contains("more than 20 levels"));
    assertThat(problems("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"))
        .anyMatch(problem -> problem.contains("an alias"));
    assertThat(problems("x:\n".repeat(100_000))).hasSize(1_000);
    assertThat(problems("retry.max-attempt%: 1\n".repeat(40_000))).hasSize(1_000);
  }
}
