package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/guide/registry.md shows is what the build compiles and runs. */
class RegistryGuideTest {

  record Stock(int pieces) {}

  interface Client {
    Stock stock(String sku);
  }

  static Pipelines pipelines(PipelineWatch watch) {
    return Pipelines.create(builder -> builder.listener(watch)); // what all of them have in common
  }

  static Stock stock(Pipelines pipelines, Client client, String sku) {
    Pipeline inventory = pipelines.getOrCreate(
        "inventory", builder -> builder.policies(Timeout.ofMillis(300), CircuitBreaker.standard()));
    return inventory.call(() -> client.stock(sku));
  }

  static Pipeline shards(Pipelines pipelines) {
    return pipelines.getOrCreate(
        "shards",
        builder -> builder.policies(Timeout.ofMillis(300), PerKey.of(CircuitBreaker::standard)));
  }

  static void shardIsGone(Pipelines pipelines, String shard) {
    shards(pipelines).policy(PerKey.class).ifPresent(breakers -> breakers.remove(shard));
  }

  static void maintenance(Pipelines pipelines, String shard) {
    CircuitBreaker breaker =
        shards(pipelines).forKey(shard).policy(CircuitBreaker.class).orElseThrow();
    breaker.forceOpen("maintenance of " + shard);
  }

  static Health health(Pipelines pipelines, PipelineWatch watch) {
    return Health.builder()
        .pipelines(pipelines) // each as long as it is in the registry
        .watch(watch)
        .start();
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass() throws Exception {
    String source = squeezed(
        Files.readString(Path.of("src/test/java/dev/evenkeel/healthcheck/RegistryGuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../docs/guide/registry.md")));
    int blocks = 0;
    while (block.find()) {
      assertThat(source).contains(squeezed(block.group(1)));
      blocks++;
    }
    assertThat(blocks).isEqualTo(3);
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void whatTheGuideShows_works() {
    PipelineWatch watch = PipelineWatch.create();
    try (Pipelines pipelines = pipelines(watch);
        Health health = health(pipelines, watch)) {
      assertThat(stock(pipelines, sku -> new Stock(sku.length()), "four").pieces())
          .isEqualTo(4);
      maintenance(pipelines, "shard-3");
      Pipeline shards = shards(pipelines);
      PerKey<?> breakers = shards.policy(PerKey.class).orElseThrow();
      assertThat(breakers.keys()).containsExactly("shard-3");
      assertThat(shards
              .forKey("shard-3")
              .policy(CircuitBreaker.class)
              .orElseThrow()
              .state()
              .kind())
          .isEqualTo(Kind.FORCED_OPEN);
      shardIsGone(pipelines, "shard-3");
      assertThat(breakers.keys()).isEmpty();
      assertThat(health.snapshot().checks().stream().map(CheckSnapshot::name))
          .containsExactlyInAnyOrder("inventory", "shards");
    }
  }
}
