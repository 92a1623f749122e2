package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private static Settings of(String... lines) {
    return Texts.settings(lines);
  }

  private static List<String> problems(String... lines) {
    return Texts.problems(lines);
  }

  private static Pipeline pipeline(Settings settings, String name) {
    return Pipeline.of(name, settings.of(name).policies().toArray(new Policy[0]));
  }

  private static List<String> kinds(Settings settings, String name) {
    return settings.of(name).policies().stream().map(Policy::name).toList();
  }

  @Test
  void parse_nothing_isSettingsWithoutPipelines() {
    Settings settings = of();
    assertThat(settings.pipelines()).isEmpty();
    assertThat(settings.of("any").policies()).isEmpty();
    assertThat(settings.of("any").effective()).isEmpty();
  }

  @Test
  void policies_exist_onlyWhereAKeyIsSet() {
    Settings settings = of("pipelines.inventory.timeout.duration=300ms");
    assertThat(settings.pipelines()).containsExactly("inventory");
    assertThat(kinds(settings, "inventory")).containsExactly("timeout");
    Timeout timeout = (Timeout) settings.of("inventory").policies().get(0);
    assertThat(timeout.duration()).isEqualTo(Duration.ofMillis(300));
    assertThat(timeout.toString()).doesNotContain("cooperative");
  }

  @Test
  void policies_areNewEachTime() {
    Settings settings = of("pipelines.a.circuit-breaker.enabled=true");
    assertThat(settings.of("a").policies().get(0))
        .isNotSameAs(settings.of("a").policies().get(0));
  }

  @Test
  void enabledAlone_makesTheStandardPolicy() {
    Settings settings = of(
        "pipelines.a.circuit-breaker.enabled=true",
        "pipelines.a.retry.enabled=true",
        "pipelines.a.adaptive-limit.enabled=true");
    Pipeline made = pipeline(settings, "a");
    assertThat(made.policy(CircuitBreaker.class).orElseThrow())
        .hasToString(CircuitBreaker.standard().toString());
    assertThat(made.policy(Retry.class).orElseThrow())
        .hasToString(Retry.jittered(3).toString());
    assertThat(made.policy(AdaptiveLimit.class).orElseThrow())
        .hasToString(AdaptiveLimit.standard().toString());
  }

  @Test
  void everyPolicy_canBeMade() {
    Settings settings = of(
        "pipelines.all.timeout.duration=PT0.3S",
        "pipelines.all.timeout.mode=COOPERATIVE",
        "pipelines.all.total-timeout.duration=2s",
        "pipelines.all.retry.max-attempts=2",
        "pipelines.all.retry.backoff.type=equal-jitter",
        "pipelines.all.retry.max-wait=5s",
        "pipelines.all.retry.split-deadline=true",
        "pipelines.all.circuit-breaker.failure-rate-threshold=30%",
        "pipelines.all.rate-limit.calls=100",
        "pipelines.all.rate-limit.max-wait=100ms",
        "pipelines.all.concurrency-limit.max-concurrent-calls=10",
        "pipelines.all.concurrency-limit.max-queued=5",
        "pipelines.hedged.hedge.quantile=95%",
        "pipelines.hedged.hedge.calls=idempotent",
        "pipelines.hedged.concurrency-limit.max-concurrent-calls=10");
    Pipeline all = pipeline(settings, "all");
    assertThat(all.describe())
        .contains("total-timeout(2 s)", "retry(2 attempts", "30 %", "rate-limit(100 per 1 s)")
        .contains("queued-limit(10, queue of 5)", "timeout(300 ms, cooperative)", "deadline split");
    assertThat(all.policy(Retry.class).orElseThrow().maxWait()).isEqualTo(Duration.ofSeconds(5));
    assertThat(all.policy(RateLimit.class).orElseThrow().maxWait())
        .isEqualTo(Duration.ofMillis(100));
    assertThat(all.policy(QueuedLimit.class)).isPresent();
    Pipeline hedged = pipeline(settings, "hedged");
    assertThat(hedged.policy(Hedge.class).orElseThrow().toString()).contains("0.95 quantile");
    assertThat(hedged.policy(ConcurrencyLimit.class)).isPresent();
  }

  @Test
  void everyBackoff_canBeSaid() {
    Settings settings = of(
        "pipelines.fixed.retry.backoff.type=fixed",
        "pipelines.fixed.retry.backoff.base=500ms",
        "pipelines.exponential.retry.backoff.type=exponential",
        "pipelines.exponential.retry.backoff.factor=1.5",
        "pipelines.exponential.retry.backoff.cap=5s",
        "pipelines.exponential.retry.backoff.jitter=50%",
        "pipelines.linear.retry.backoff.type=linear",
        "pipelines.linear.retry.backoff.step=200ms",
        "pipelines.list.retry.max-attempts=600",
        "pipelines.list.retry.backoff.type=list",
        "pipelines.list.retry.backoff.waits=100ms, 5s,1s");
    assertThat(retry(settings, "fixed"))
        .isEqualTo(Retry.builder()
            .backoff(Backoff.fixed(Duration.ofMillis(500)))
            .build()
            .toString());
    assertThat(retry(settings, "exponential"))
        .isEqualTo(Retry.builder()
            .backoff(Backoff.exponential(Duration.ofMillis(100), 1.5, Duration.ofSeconds(5))
                .withJitter(0.5))
            .build()
            .toString());
    assertThat(retry(settings, "linear"))
        .isEqualTo(Retry.builder()
            .backoff(Backoff.linear(
                Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(2)))
            .build()
            .toString());
    assertThat(retry(settings, "list"))
        .isEqualTo(Retry.builder()
            .maxAttempts(600)
            .backoff(
                Backoff.of(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(1)))
            .build()
            .toString());
    assertThat(pipeline(settings, "list").policy(Retry.class).orElseThrow().maxWait())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(Texts.value(settings, "list", "retry.backoff.waits")).isEqualTo("100ms,5s,1s");
  }

  private static String retry(Settings settings, String name) {
    return pipeline(settings, name).policy(Retry.class).orElseThrow().toString();
  }

  @Test
  void perKey_makesAGateForEachKey() {
    Settings settings = of(
        "pipelines.shards.circuit-breaker.per-key=true",
        "pipelines.shards.circuit-breaker.max-keys=10");
    Pipeline shards = pipeline(settings, "shards");
    assertThat(shards.policy(PerKey.class)).isPresent();
    assertThat(shards.forKey("one").policy(CircuitBreaker.class).orElseThrow())
        .isNotSameAs(shards.forKey("two").policy(CircuitBreaker.class).orElseThrow());
  }

  @Test
  void configs_areInherited_nearestFirst() {
    Settings settings = of(
        "configs.default.timeout.duration=1s",
        "configs.slow.timeout.duration=10s",
        "configs.slow.retry.max-attempts=2",
        "configs.slower.base-config=slow",
        "configs.slower.timeout.duration=20s",
        "pipelines.plain=",
        "pipelines.own.timeout.duration=2s",
        "pipelines.other.base-config=slower");
    assertThat(settings.of("plain").effective())
        .contains(new Property("timeout.duration", "1s", "test.properties:1"));
    assertThat(settings.of("own").effective())
        .contains(new Property("timeout.duration", "2s", "test.properties:7"));
    assertThat(settings.of("other").effective())
        .contains(new Property("timeout.duration", "20s", "test.properties:5"))
        .contains(new Property("retry.max-attempts", "2", "test.properties:3"))
        .contains(new Property("retry.min-attempt", "1ms", "default"));
    assertThat(settings.of("not named").effective())
        .contains(new Property("timeout.duration", "1s", "test.properties:1"));
  }

  @Test
  void enabledFalse_takesOutWhatIsInherited() {
    Settings settings = of(
        "configs.default.timeout.duration=1s",
        "configs.default.retry.max-attempts=2",
        "pipelines.writes.retry.enabled=false",
        "pipelines.writes.retry.max-attempts=5");
    assertThat(kinds(settings, "writes")).containsExactly("timeout");
    assertThat(settings.of("writes").effective())
        .contains(new Property("retry.enabled", "false", "test.properties:3"));
  }

  @Test
  void camelCase_isTheSameKey() {
    assertThat(of("pipelines.a.totalTimeout.duration=1s", "pipelines.a.retry.maxAttempts=2"))
        .isEqualTo(
            of("pipelines.a.total-timeout.duration=1000ms", "pipelines.a.retry.max-attempts=2"))
        .hasSameHashCodeAs(
            of("pipelines.a.retry.max-attempts=2", "pipelines.a.total-timeout.duration=PT1S"));
  }

  @Test
  void namesWithDots_standInBrackets() {
    Settings settings = of("pipelines[my.service].timeout.duration=1s");
    assertThat(settings.pipelines()).containsExactly("my.service");
    assertThat(problems("pipelines.my.service.timeout.duration=1s"))
        .singleElement()
        .asString()
        .contains("a name with dots stands in brackets");
  }

  @Test
  void exception_saysHowManyProblems() {
    assertThatThrownBy(() -> of("pipelines.a.timeout.duration=x", "pipelines.a.timeout.mode=x"))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("2 problems:\n- test.properties:1: ");
    assertThatThrownBy(() -> of("pipelines.a.timeout.duration=x"))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("test.properties:1: ");
  }

  @Test
  void hedge_takesTheNearerOfDelayAndQuantile() {
    Settings settings = of(
        "configs.default.hedge.calls=idempotent",
        "configs.default.hedge.quantile=0.95",
        "pipelines.a.hedge.delay=30ms");
    assertThat(settings.of("a").policies().get(0).toString()).contains("30.0 ms");
    assertThat(problems(
            "pipelines.a.hedge.calls=idempotent",
            "pipelines.a.hedge.quantile=0.95",
            "pipelines.a.hedge.delay=30ms"))
        .singleElement()
        .asString()
        .contains("a delay and a quantile");
  }

  @Test
  void defaultsThatDependOnOthers_fitThem() {
    Settings settings = of(
        "pipelines.short.retry.backoff.cap=50ms",
        "pipelines.long.retry.backoff.base=5s",
        "pipelines.small.adaptive-limit.max=5",
        "pipelines.big.adaptive-limit.min=2000",
        "pipelines.one.retry.budget.capacity=1",
        "pipelines.window.circuit-breaker.sliding-window-size=10");
    assertThat(Texts.value(settings, "short", "retry.backoff.base")).isEqualTo("50ms");
    assertThat(Texts.value(settings, "long", "retry.backoff.cap")).isEqualTo("5s");
    assertThat(Texts.value(settings, "small", "adaptive-limit.initial")).isEqualTo("5");
    assertThat(Texts.value(settings, "big", "adaptive-limit.max")).isEqualTo("2000");
    assertThat(Texts.value(settings, "one", "retry.budget.initial")).isEqualTo("1");
    assertThat(Texts.value(settings, "window", "circuit-breaker.minimum-number-of-calls"))
        .isEqualTo("10");
  }

  @Test
  void of_aPipelineThatIsNotNamed_withADefaultThatIsNotWhole_saysSo() {
    Settings settings =
        of("configs.default.timeout.mode=interrupt", "pipelines.a.timeout.duration=1s");
    assertThat(kinds(settings, "a")).containsExactly("timeout");
    assertThatThrownBy(() -> settings.of("b").policies())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("evenkeel.pipelines.b.timeout.duration: nothing");
  }

  @Test
  void nulls_areRefused() {
    assertThatThrownBy(() -> Settings.parse(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> of().of(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> new Property("a", null, "b"))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("value: null");
  }
}
