package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class EnvironmentKeysTest {

  private static final List<String> KNOWN =
      List.of("timeout.duration", "retry.max-attempts", "circuit-breaker.sliding-window-size");

  private final StandardEnvironment environment = new StandardEnvironment();

  private EnvironmentKeys keys() {
    ConfigurationPropertySources.attach(environment);
    return new EnvironmentKeys(environment, KNOWN);
  }

  private void file(Map<String, Object> values) {
    environment.getPropertySources().addLast(new MapPropertySource("a file", values));
  }

  private void variables(Map<String, Object> values) {
    environment
        .getPropertySources()
        .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", values));
  }

  @Test
  void keys_areRead_withTheirOrigin_andPlaceholdersReplaced() {
    file(Map.of("evenkeel.pipelines.inventory.timeout.duration", "${time}", "time", "300ms"));
    assertThat(keys().read()).singleElement().satisfies(entry -> {
      assertThat(entry.key()).isEqualTo("evenkeel.pipelines.inventory.timeout.duration");
      assertThat(entry.value()).isEqualTo("300ms");
      assertThat(entry.origin()).contains("a file");
    });
  }

  @Test
  void camelCase_isTheSameKey_andOtherKeysAreLeftOut() {
    file(Map.of(
        "evenkeel.configs.default.retry.maxAttempts", 3,
        "evenkeel.health.allow-to-fail", "x",
        "other", "y"));
    assertThat(keys().read())
        .extracting(entry -> entry.key() + "=" + entry.value())
        .containsExactly("evenkeel.configs.default.retry.max-attempts=3");
  }

  @Test
  void variable_goesBeforeTheFile_andMeansTheSamePipeline() {
    file(Map.of(
        "evenkeel.pipelines.orders-db.circuit-breaker.sliding-window-size", "10",
        "evenkeel.pipelines.orders-db.timeout.duration", "1s"));
    variables(Map.of("EVENKEEL_PIPELINES_ORDERSDB_CIRCUITBREAKER_SLIDINGWINDOWSIZE", "20"));
    assertThat(keys().read())
        .extracting(entry -> entry.key() + "=" + entry.value())
        .containsExactlyInAnyOrder(
            "evenkeel.pipelines.orders-db.circuit-breaker.sliding-window-size=20",
            "evenkeel.pipelines.orders-db.timeout.duration=1s");
  }

  @Test
  void list_isOneValue() {
    file(Map.of(
        "evenkeel.pipelines.inventory.retry.retry-exceptions[0]", "java.io.IOException",
        "evenkeel.pipelines.inventory.retry.retry-exceptions[1]", "java.lang.Exception"));
    assertThat(keys().read())
        .extracting(entry -> entry.key() + "=" + entry.value())
        .containsExactly("evenkeel.pipelines.inventory.retry.retry-exceptions="
            + "java.io.IOException,java.lang.Exception");
  }

  @Test
  void groupThatIsMisspelt_isTold() {
    file(Map.of("evenkeel.pipeline.inventory.timeout.duration", "1s", "evenkeel.health.x.y", "z"));
    assertThat(keys().misspelt())
        .containsExactly(new Problem(
            "evenkeel.pipeline.inventory.timeout.duration",
            "Nothing reads this key.",
            "Write evenkeel.pipelines.inventory.timeout.duration if that is what you mean."));
  }

  @Test
  void otherKeyThatIsMisspelt_isTold() {
    file(Map.of(
        "evenkeel.obsrve-only", "true",
        "evenkeel.http.host[stock.example]", "stock",
        "evenkeel.health.allow-to-fial", "inventory",
        "evenkeel.instances.inventory.timeout.duration", "1s"));
    assertThat(keys().misspelt())
        .extracting(Problem::action)
        .containsExactlyInAnyOrder(
            "Write evenkeel.observe-only if that is what you mean.",
            "Write evenkeel.http.hosts[stock.example] if that is what you mean.",
            "Write evenkeel.health.allow-to-fail if that is what you mean.",
            "Write evenkeel.pipelines.inventory.timeout.duration if that is what you mean.");
  }

  @Test
  void keyThatIsRight_orOfSomebodyElse_isNotTold() {
    file(Map.of(
        "evenkeel.http.hosts[stock.example]", "stock",
        "evenkeel.observeOnly", "true",
        "evenkeel.health.allowToFail[0]", "inventory",
        "evenkeel.shop.enabled", "true",
        "evenkeel.home", "somewhere"));
    variables(Map.of("EVENKEEL_EVENTS_BUFFER_SIZE", "20", "EVENKEEL_OBSERVE_ONLY", "true"));
    assertThat(keys().misspelt()).isEmpty();
  }

  /** Also a key that is new: whoever adds one near to another has to name it. */
  @Test
  void documentedKeys_areNotTold() throws IOException {
    Map<String, Object> documented = new LinkedHashMap<>();
    Pattern name = Pattern.compile("\"name\": \"(evenkeel\\.[a-z0-9.-]+)\"");
    for (URL metadata : Collections.list(
        getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream in = metadata.openStream()) {
        name.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .results()
            .forEach(result -> documented.put(result.group(1), "x"));
      }
    }
    assertThat(documented).containsKey("evenkeel.events.buffer-size");
    file(documented);
    assertThat(keys().misspelt()).isEmpty();
  }
}
