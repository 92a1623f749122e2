package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with settings is told at once, with where it is and what is expected. */
class SettingsProblemsTest {

  private static List<String> problems(String... lines) {
    return Texts.problems(lines);
  }

  @Test
  void allProblems_areToldAtOnce_withTheirLines() {
    assertThat(problems(
            "pipelines.a.timeout.duration=300",
            "pipelines.a.retry.max-attempt=3",
            "pipelines.b.circuit-breaker.failure-rate-threshold=0.5",
            "pipelines.c.retry.backoff.base=5s",
            "pipelines.c.retry.backoff.cap=1s",
            "pipelines.d.base-config=mising",
            "configs.missing.timeout.duration=1s"))
        .containsExactly(
            "test.properties:1: evenkeel.pipelines.a.timeout.duration: \"300\" (expected: a unit:"
                + " 300ms or 300s? Units are ns, us, ms, s, m, h, d; 1ns to 36500d)",
            "test.properties:2: evenkeel.pipelines.a.retry.max-attempt: an unknown key (expected:"
                + " one of those in docs/settings.md; did you mean retry.max-attempts?)",
            "test.properties:3: evenkeel.pipelines.b.circuit-breaker.failure-rate-threshold:"
                + " \"0.5\" (expected: a percent sign: 50%, or really 0.5%? 0.001% to 100%)",
            "test.properties:6: evenkeel.pipelines.d.base-config: \"mising\" (expected: the name of"
                + " a config that is there; did you mean missing?)",
            "test.properties:5: evenkeel.pipelines.c.retry.backoff.cap: 1s (expected: at least"
                + " retry.backoff.base, which is 5s)");
  }

  @Test
  void exampleOfAKey_isTheOneThatMustBeSet() {
    assertThat(problems("pipelines.a.timeout=300ms", "pipelines.a.retry=3"))
        .containsExactly(
            "test.properties:1: evenkeel.pipelines.a.timeout: \"300ms\" (expected: a key below it,"
                + " such as timeout.duration)",
            "test.properties:2: evenkeel.pipelines.a.retry: \"3\" (expected: a key below it, such"
                + " as retry.max-attempts)");
  }

  @Test
  void configThatIsNotThere_isToldWithThoseThatAre() {
    assertThat(problems("pipelines.a.base-config=slow", "configs.default.timeout.duration=1s"))
        .containsExactly("test.properties:1: evenkeel.pipelines.a.base-config: \"slow\" (expected:"
            + " the name of a config that is there; there are: default)");
    assertThat(problems("pipelines.a.base-config=slow"))
        .containsExactly("test.properties:1: evenkeel.pipelines.a.base-config: \"slow\" (expected:"
            + " the name of a config that is there; there is none)");
  }

  @Test
  void wordOfResilience4j_isTranslated() {
    assertThat(problems("pipelines.a.bulkhead.max-concurrent-calls=10"))
        .containsExactly("test.properties:1: evenkeel.pipelines.a.bulkhead.max-concurrent-calls: an"
            + " unknown key (expected: one of those in docs/settings.md; what Resilience4j calls so"
            + " is concurrency-limit here)");
  }

  @Test
  void aKeyOutsideOfTheSettings_isAProblem() {
    assertThat(Texts.problemsOf("evenkel.pipelines.a.timeout.duration=1s"))
        .singleElement()
        .asString()
        .contains("did you mean evenkeel.pipelines?");
    assertThat(Texts.problemsOf("evenkeel.pipeline.a.timeout.duration=1s"))
        .singleElement()
        .asString()
        .contains("did you mean evenkeel.pipelines?");
    assertThat(Texts.problemsOf("server.port=80", "x=", "evenkeel.pipelines=7", "evenkeel.="))
        .hasSize(4);
    assertThat(Texts.problemsOf("evenkeel=", "evenkeel.pipelines=", "evenkeel.configs="))
        .isEmpty();
  }

  @Test
  void theSameKeyTwice_isAProblem_whateverItsSpelling() {
    assertThat(problems("pipelines.a.retry.max-attempts=2", "pipelines.a.retry.maxAttempts=3"))
        .containsExactly("test.properties:2: evenkeel.pipelines.a.retry.maxAttempts: the same key"
            + " twice (expected: each once; it is set at test.properties:1 too)");
  }

  @Test
  void circlesOfConfigs_areProblems() {
    assertThat(problems(
            "configs.a.base-config=b",
            "configs.b.base-config=a",
            "configs.c.base-config=c",
            "pipelines.p.base-config=a"))
        .containsExactly(
            "test.properties:1: evenkeel.configs.a.base-config: a circle: a -> b -> a (expected:"
                + " configs that do not inherit from themselves)",
            "test.properties:2: evenkeel.configs.b.base-config: a circle: b -> a -> b (expected:"
                + " configs that do not inherit from themselves)",
            "test.properties:3: evenkeel.configs.c.base-config: a circle: c -> c (expected:"
                + " configs that do not inherit from themselves)");
  }

  @Test
  void aLongRowOfConfigs_isAProblem() {
    String[] lines = new String[30];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = i == 29
          ? "configs.c29.timeout.duration=1s"
          : "configs.c" + i + ".base-config=c" + (i + 1);
    }
    assertThat(problems(lines)).isNotEmpty().allMatch(problem -> problem.contains("at most 20"));
  }

  @Test
  void hugeNumbers_areProblems() {
    String nines = "9".repeat(40);
    assertThat(problems(
            "pipelines.a.timeout.duration=" + nines + "s",
            "pipelines.a.total-timeout.duration=999999999999999999d",
            "pipelines.a.retry.max-attempts=" + nines,
            "pipelines.a.retry.max-wait=PT" + nines + "S",
            "pipelines.a.retry.budget.ratio=" + nines,
            "pipelines.a.retry.min-attempt=PT9223372036854775807S",
            "pipelines.a.circuit-breaker.failure-rate-threshold=1e99",
            "pipelines.a.rate-limit.calls=99999999999",
            "pipelines.a.rate-limit.period=-1s",
            "pipelines.a.concurrency-limit.max-concurrent-calls=NaN"))
        .hasSize(10)
        .allMatch(problem -> problem.contains(" to "));
  }

  @Test
  void whatHasNoEffect_isAProblem_whereItIsSet() {
    assertThat(problems("pipelines.a.rate-limit.calls=1", "pipelines.a.rate-limit.max-keys=10"))
        .containsExactly(
            "test.properties:2: evenkeel.pipelines.a.rate-limit.max-keys: \"10\", which"
                + " has no effect here (expected: only with rate-limit.per-key=true)");
    assertThat(
            problems("pipelines.a.circuit-breaker.permitted-number-of-calls-in-half-open-state=5"))
        .singleElement()
        .asString()
        .contains("only with circuit-breaker.failback.enabled=false");
    assertThat(problems(
            "pipelines.a.circuit-breaker.failback.enabled=false",
            "pipelines.a.circuit-breaker.permitted-number-of-calls-in-half-open-state=5"))
        .isEmpty();
    assertThat(problems("pipelines.a.retry.backoff.type=fixed", "pipelines.a.retry.backoff.cap=1s"))
        .singleElement()
        .asString()
        .contains("only with a retry.backoff.type other than fixed and list");
    assertThat(problems("pipelines.a.retry.backoff.jitter=50%"))
        .singleElement()
        .asString()
        .contains("only with a retry.backoff.type of fixed, exponential, linear or list");
    assertThat(problems("pipelines.a.retry.backoff.type=linear"))
        .singleElement()
        .asString()
        .contains("retry.backoff.step");
    assertThat(problems(
            "pipelines.a.retry.backoff.type=list", "pipelines.a.retry.backoff.waits=100ms,5"))
        .singleElement()
        .asString()
        .contains("a unit: 5ms or 5s?");
    assertThat(problems(
            "pipelines.a.retry.backoff.type=list", "pipelines.a.retry.backoff.waits=1s,,2s"))
        .singleElement()
        .asString()
        .contains("such as 100ms,1s");
    assertThat(problems(
            "pipelines.a.retry.backoff.type=list",
            "pipelines.a.retry.backoff.waits=" + "1s,".repeat(10_000) + "1s"))
        .singleElement()
        .asString()
        .contains("(expected: at most 10000 times)");
  }

  @Test
  void whatHasNoEffect_mayBeInherited() {
    assertThat(problems("configs.default.rate-limit.max-keys=10", "pipelines.a.rate-limit.calls=1"))
        .isEmpty();
  }

  @Test
  void whatMustBeSet_isNamed() {
    assertThat(problems("pipelines.a.timeout.mode=interrupt"))
        .containsExactly("test.properties:1: evenkeel.pipelines.a.timeout.duration: nothing"
            + " (expected: a time with its unit, such as 300ms, 2s or PT2S; 1ns to 36500d)");
    assertThat(problems("pipelines.a.hedge.delay=1s"))
        .singleElement()
        .asString()
        .contains("hedge.calls: nothing (expected: one of idempotent, with-idempotency-key)");
    assertThat(problems("pipelines.a.hedge.calls=idempotent"))
        .singleElement()
        .asString()
        .contains("neither a delay nor a quantile");
  }

  @Test
  void contradictionsBetweenPolicies_areProblems() {
    assertThat(problems("pipelines.a.timeout.duration=2s", "pipelines.a.total-timeout.duration=1s"))
        .containsExactly(
            "test.properties:1: evenkeel.pipelines.a.timeout: 2 s (expected: at most the"
                + " total timeout, 1 s)");
  }

  @Test
  void contradictionsWithinPolicies_areProblems() {
    assertThat(problems(
            "pipelines.a.retry.max-wait=1s",
            "pipelines.b.retry.budget.capacity=2",
            "pipelines.b.retry.budget.initial=3",
            "pipelines.c.adaptive-limit.min=10",
            "pipelines.c.adaptive-limit.max=5",
            "pipelines.d.circuit-breaker.failback.max-cooldown=1ms",
            "pipelines.e.adaptive-limit.initial=5",
            "pipelines.e.adaptive-limit.min=6"))
        .hasSize(5)
        .anyMatch(problem -> problem.contains("retry.max-wait: 1s (expected: at least the longest"))
        .anyMatch(problem -> problem.contains("retry.budget.initial: 3 (expected: at most"))
        .anyMatch(problem -> problem.contains("adaptive-limit.max: 5 (expected: at least"))
        .anyMatch(problem -> problem.contains("max-cooldown: 1ms (expected: at least"))
        .anyMatch(problem -> problem.contains("adaptive-limit.initial: 5 (expected: between"));
  }

  @Test
  void names_withControlCharactersOrBrackets_areProblems() {
    assertThat(Texts.problemsOf("evenkeel.pipelines.a\\u0007b.timeout.duration=1s"))
        .singleElement()
        .asString()
        .contains("a?b")
        .doesNotContain("\u0007");
  }
}
