package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.settings.Resilience4jSettings.WithoutEffect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Resilience4jSettingsTest {

  /** As tutorials have it. */
  private static final String TUTORIAL = """
      server:
        port: 8080
      resilience4j:
        circuitbreaker:
          circuitBreakerAspectOrder: 1
          configs:
            default:
              registerHealthIndicator: true
              slidingWindowSize: 10
              minimumNumberOfCalls: 5
              permittedNumberOfCallsInHalfOpenState: 3
              automaticTransitionFromOpenToHalfOpenEnabled: true
              waitDurationInOpenState: 5000
              failureRateThreshold: 50
              eventConsumerBufferSize: 10
              recordExceptions:
                - java.io.IOException
                - java.util.concurrent.TimeoutException
          instances:
            inventory:
              baseConfig: default
              slidingWindowType: TIME_BASED
            payment:
              failure-rate-threshold: 30
              slow-call-duration-threshold: 2s
        retry:
          instances:
            inventory:
              maxAttempts: 4
              waitDuration: 500
              enableExponentialBackoff: true
              exponentialBackoffMultiplier: 2
            payment:
              wait-duration: 100ms
        timelimiter:
          instances:
            inventory:
              timeoutDuration: 3s
              cancelRunningFuture: true
        bulkhead:
          instances:
            inventory:
              maxConcurrentCalls: 10
              maxWaitDuration: 10ms
        ratelimiter:
          instances:
            payment:
              limitForPeriod: 100
              limitRefreshPeriod: 1s
              timeoutDuration: 0
              subscribeForEvents: true
        thread-pool-bulkhead:
          instances:
            export:
              maxThreadPoolSize: 4
              coreThreadPoolSize: 2
              queueCapacity: 20
      """;

  @TempDir
  Path folder;

  private Resilience4jSettings read(String yaml) throws IOException {
    return Resilience4jSettings.read(Files.writeString(folder.resolve("application.yaml"), yaml));
  }

  @Test
  void aTutorialsFile_becomesPipelines() throws IOException {
    Settings settings = read(TUTORIAL).settings();
    assertThat(settings.pipelines()).containsExactly("inventory", "payment", "export");
    assertThat(Texts.value(settings, "inventory", "circuit-breaker.sliding-window-size"))
        .isEqualTo("10");
    assertThat(Texts.value(settings, "inventory", "circuit-breaker.sliding-window-type"))
        .isEqualTo("TIME_BASED");
    assertThat(Texts.value(settings, "inventory", "circuit-breaker.wait-duration-in-open-state"))
        .isEqualTo("5s");
    assertThat(Texts.value(settings, "inventory", "circuit-breaker.record-exceptions"))
        .isEqualTo("java.io.IOException,java.util.concurrent.TimeoutException");
    assertThat(Texts.value(settings, "inventory", "retry.max-attempts")).isEqualTo("4");
    assertThat(Texts.value(settings, "inventory", "retry.backoff.type")).isEqualTo("exponential");
    assertThat(Texts.value(settings, "inventory", "retry.backoff.factor")).isEqualTo("2");
    assertThat(Texts.value(settings, "inventory", "retry.backoff.jitter")).isEqualTo("1");
    assertThat(Texts.value(settings, "inventory", "retry.backoff.base")).isEqualTo("500ms");
    assertThat(Texts.value(settings, "inventory", "retry.backoff.cap")).isEqualTo("2s");
    assertThat(Texts.value(settings, "inventory", "timeout.duration")).isEqualTo("3s");
    assertThat(Texts.value(settings, "inventory", "timeout.mode")).isEqualTo("interrupt");
    assertThat(Texts.value(settings, "inventory", "concurrency-limit.max-wait")).isEqualTo("10ms");
    assertThat(Texts.value(settings, "payment", "circuit-breaker.failure-rate-threshold"))
        .isEqualTo("30%");
    assertThat(Texts.value(settings, "payment", "circuit-breaker.sliding-window-size"))
        .isEqualTo("10");
    assertThat(Texts.value(settings, "payment", "circuit-breaker.also-trip-after.enabled"))
        .isEqualTo("false");
    assertThat(Texts.value(settings, "payment", "retry.backoff.type")).isEqualTo("fixed");
    assertThat(Texts.value(settings, "payment", "rate-limit.calls")).isEqualTo("100");
    assertThat(Texts.value(settings, "payment", "rate-limit.max-wait")).isEqualTo("0ms");
    assertThat(Texts.value(settings, "export", "concurrency-limit.max-queued")).isEqualTo("20");
    assertThat(settings.of("payment").effective())
        .contains(new Property("retry.max-attempts", "3", "default"))
        .contains(new Property("retry.backoff.base", "100ms", "application.yaml:34"));
    for (String name : settings.pipelines()) {
      Pipeline.of(name, settings.of(name).policies().toArray(new Policy[0])).close();
    }
  }

  @Test
  void everyKeyWithoutEffect_isNamed_withWhatTakesItsPlace() throws IOException {
    Resilience4jSettings read = read(TUTORIAL);
    assertThat(read.withoutEffect())
        .extracting(WithoutEffect::origin)
        .containsExactly(
            "application.yaml:5",
            "application.yaml:8",
            "application.yaml:11",
            "application.yaml:12",
            "application.yaml:15",
            "application.yaml:51",
            "application.yaml:56");
    assertThat(read.report().lines().toList())
        .hasSize(7)
        .contains("application.yaml:11: resilience4j.circuitbreaker.configs.default."
            + "permittedNumberOfCallsInHalfOpenState has no effect; instead:"
            + " circuit-breaker.failback: probes, one at a time, and a ramp that grows with their"
            + " success");
  }

  @Test
  void text_isAFileToGoOnWith() throws IOException {
    Settings settings = read(TUTORIAL).settings();
    assertThat(Texts.file("evenkeel.properties", settings.toPropertiesText())).isEqualTo(settings);
  }

  @Test
  void defaults_areResilience4js() throws IOException {
    Settings settings = read("""
        resilience4j:
          circuitbreaker.instances.a.registerHealthIndicator: true
          retry.instances.a.eventConsumerBufferSize: 1
          timelimiter.instances.a.eventConsumerBufferSize: 1
          bulkhead.instances.a.eventConsumerBufferSize: 1
          ratelimiter.instances.a.eventConsumerBufferSize: 1
        """).settings();
    assertThat(Texts.value(settings, "a", "circuit-breaker.sliding-window-size"))
        .isEqualTo("100");
    assertThat(Texts.value(settings, "a", "circuit-breaker.minimum-number-of-calls"))
        .isEqualTo("100");
    assertThat(Texts.value(settings, "a", "retry.backoff.base")).isEqualTo("500ms");
    assertThat(Texts.value(settings, "a", "timeout.duration")).isEqualTo("1s");
    assertThat(Texts.value(settings, "a", "concurrency-limit.max-concurrent-calls"))
        .isEqualTo("25");
    assertThat(Texts.value(settings, "a", "concurrency-limit.max-queued")).isEqualTo("0");
    assertThat(Texts.value(settings, "a", "rate-limit.calls")).isEqualTo("50");
    assertThat(Texts.value(settings, "a", "rate-limit.period")).isEqualTo("500ns");
    assertThat(Texts.value(settings, "a", "rate-limit.max-wait")).isEqualTo("5s");
  }

  @Test
  void inheritance_isResilience4js() throws IOException {
    Settings settings = read("""
        resilience4j:
          retry:
            configs:
              default: {waitDuration: 1s, maxAttempts: 7}
              shared: {maxAttempts: 2}
            backends:
              named: {baseConfig: shared}
              plain: {wait-duration: 10ms}
          circuitbreaker:
            configs:
              default: {slidingWindowSize: 30, minimumNumberOfCalls: 3}
              shared: {slidingWindowSize: 40}
              same: {slidingWindowSize: 50}
            instances:
              named: {baseConfig: shared}
              same: {failureRateThreshold: 20}
              plain: {failureRateThreshold: 20}
        """).settings();
    assertThat(Texts.value(settings, "named", "retry.max-attempts")).isEqualTo("2");
    assertThat(Texts.value(settings, "named", "retry.backoff.base")).isEqualTo("1s");
    assertThat(Texts.value(settings, "plain", "retry.max-attempts")).isEqualTo("7");
    assertThat(Texts.value(settings, "plain", "retry.backoff.base")).isEqualTo("10ms");
    assertThat(Texts.value(settings, "named", "circuit-breaker.sliding-window-size"))
        .isEqualTo("40");
    assertThat(Texts.value(settings, "named", "circuit-breaker.minimum-number-of-calls"))
        .isEqualTo("100");
    assertThat(Texts.value(settings, "same", "circuit-breaker.sliding-window-size"))
        .isEqualTo("50");
    assertThat(Texts.value(settings, "plain", "circuit-breaker.minimum-number-of-calls"))
        .isEqualTo("3");
  }

  @Test
  void configsThatNoInstanceInherits_areNamed_andUnknownKeysToo() throws IOException {
    Resilience4jSettings read = read("""
        resilience4j:
          retry:
            configs:
              unused: {maxAttempts: 2}
            instances:
              a: {maxAtempts: 3}
            tags: {team: x}
          cache.instances.a.size: 3
        """);
    assertThat(read.withoutEffect())
        .extracting(WithoutEffect::key)
        .containsExactlyInAnyOrder(
            "resilience4j.retry.configs.unused.maxAttempts",
            "resilience4j.retry.instances.a.maxAtempts",
            "resilience4j.retry.tags.team",
            "resilience4j.cache.instances.a.size");
  }

  @Test
  void twoBulkheadsOfOneName_areOneLimit() throws IOException {
    Resilience4jSettings read = read("""
        resilience4j:
          bulkhead.instances.a.maxConcurrentCalls: 3
          thread-pool-bulkhead.instances.a.maxThreadPoolSize: 4
        """);
    assertThat(Texts.value(read.settings(), "a", "concurrency-limit.max-concurrent-calls"))
        .isEqualTo("3");
    assertThat(read.report()).contains("a pipeline has one limit");
  }

  @Test
  void wrongValues_areErrorsWithTheirLine() {
    assertThatThrownBy(() -> read("resilience4j.retry.instances.a.maxAttempts: many"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("application.yaml:1: ")
        .hasMessageContaining("\"many\"");
    assertThatThrownBy(() -> read("resilience4j.retry.instances.a.baseConfig: missing"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("the name of a config that is there");
    assertThatThrownBy(() -> read("""
            resilience4j.retry:
              configs: {a: {baseConfig: b}, b: {baseConfig: a}}
              instances: {x: {baseConfig: a}}
            """))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("configs that do not inherit from themselves");
    assertThatThrownBy(() -> read("resilience4j.retry.instances.a.waitDuration: ${WAIT:1s}"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("${WAIT:1s}");
  }

  @Test
  void waits_areTakenOver() throws IOException {
    Settings settings = read("""
        resilience4j.retry.instances:
          none: {waitDuration: 0}
          random: {waitDuration: 1s, enableRandomizedWait: true}
          capped: {waitDuration: 1s, enableExponentialBackoff: true, exponentialMaxWaitDuration: 3s}
          many: {waitDuration: 1m, enableExponentialBackoff: true, maxAttempts: 50}
          slower: {enableExponentialBackoff: true, exponentialBackoffMultiplier: 1.5}
          spread: {enableRandomizedWait: true, randomizedWaitFactor: 0.3}
          dozens: {maxAttempts: 200}
        """).settings();
    assertThat(Texts.value(settings, "none", "retry.backoff.base")).isEqualTo("1ns");
    assertThat(Texts.value(settings, "random", "retry.backoff.type")).isEqualTo("equal-jitter");
    assertThat(Texts.value(settings, "random", "retry.backoff.cap")).isEqualTo("1s");
    assertThat(Texts.value(settings, "capped", "retry.backoff.cap")).isEqualTo("3s");
    assertThat(Texts.value(settings, "many", "retry.backoff.cap")).isEqualTo("1h");
    assertThat(Texts.value(settings, "slower", "retry.backoff.type")).isEqualTo("exponential");
    assertThat(Texts.value(settings, "slower", "retry.backoff.factor")).isEqualTo("1.5");
    assertThat(Texts.value(settings, "slower", "retry.backoff.jitter")).isEqualTo("1");
    assertThat(Texts.value(settings, "spread", "retry.backoff.type")).isEqualTo("fixed");
    assertThat(Texts.value(settings, "spread", "retry.backoff.jitter")).isEqualTo("0.3");
    assertThat(Texts.value(settings, "dozens", "retry.max-attempts")).isEqualTo("200");
  }
}
