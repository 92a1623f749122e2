package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Pipelines;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What Kotlin calls {@code String?}: null comes in, goes out, and is no failure. */
class NullableTest {

  public static class Shop {

    @Resilient(value = "inventory", fallback = "none")
    public @Nullable String stock(@Nullable String sku) {
      return sku;
    }

    @Nullable String none(@Nullable String sku, CallRefusedException refused) {
      return sku == null ? null : "none of " + sku;
    }

    @Resilient("inventory")
    public @Nullable Integer count() {
      return null;
    }

    @Resilient(value = "inventory", fallback = "noStage")
    public CompletionStage<@Nullable String> later() {
      return CompletableFuture.completedFuture(null);
    }

    @Nullable CompletionStage<@Nullable String> noStage(CallRefusedException refused) {
      return null;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Inventory {
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }
  }

  @Test
  void nullIsAResult_anArgument_andAnAnswer() {
    Contexts.runner().withUserConfiguration(Inventory.class, Shop.class).run(context -> {
      Shop shop = context.getBean(Shop.class);
      assertThat(shop.stock(null)).isNull();
      assertThat(shop.stock("A")).isEqualTo("A");
      assertThat(shop.count()).isNull();
      assertThat(shop.later().toCompletableFuture().get(60, TimeUnit.SECONDS)).isNull();

      context
          .getBean(Pipelines.class)
          .find("inventory")
          .orElseThrow()
          .policy(CircuitBreaker.class)
          .orElseThrow()
          .forceOpen("test");
      assertThat(shop.stock(null)).isNull();
      assertThat(shop.stock("A")).isEqualTo("none of A");
      assertThat(shop.later().toCompletableFuture().get(60, TimeUnit.SECONDS)).isNull();
    });
  }
}
