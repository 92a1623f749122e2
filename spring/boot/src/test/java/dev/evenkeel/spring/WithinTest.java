package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A deadline around an entry point. */
class WithinTest {

  public static class Entry {
    private final ManualKernel kernel;
    private final Shop shop;

    Entry(ManualKernel kernel, Shop shop) {
      this.kernel = kernel;
      this.shop = shop;
    }

    @Within("500ms")
    public Duration left() {
      return Deadline.current().remaining();
    }

    @Within("${entry.time}")
    public CompletableFuture<Duration> stage() {
      return CompletableFuture.completedFuture(Deadline.current().remaining());
    }

    @Within("500ms")
    public String slow() {
      kernel.advance(Duration.ofMillis(600));
      return shop.stock();
    }
  }

  public static class Shop {
    @Within("2s")
    @Resilient("inventory")
    public String stock() {
      return "7 within " + Deadline.current().remaining();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    ManualKernel kernel() {
      return ManualKernel.create();
    }

    @Bean
    Shop shop() {
      return new Shop();
    }

    @Bean
    Entry entry(ManualKernel kernel, Shop shop) {
      return new Entry(kernel, shop);
    }

    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(Timeout.ofMillis(3_000)));
    }
  }

  @Test
  void deadline_isInForceInside_andNotAfter() {
    Contexts.runner()
        .withUserConfiguration(Beans.class)
        .withPropertyValues("entry.time=PT1S")
        .run(context -> {
          assertThat(context.getBean(Kernel.class)).isInstanceOf(ManualKernel.class);
          Entry entry = context.getBean(Entry.class);
          assertThat(entry.left()).isEqualTo(Duration.ofMillis(500));
          assertThat(entry.stage()).isCompletedWithValue(Duration.ofSeconds(1));
          assertThat(Deadline.current()).isNull();
        });
  }

  @Test
  void callsAfterIt_areNotStarted() {
    Contexts.runner()
        .withUserConfiguration(Beans.class)
        .withPropertyValues("entry.time=1s")
        .run(context -> {
          Entry entry = context.getBean(Entry.class);
          assertThatThrownBy(entry::slow).isInstanceOf(DeadlineExceededException.class);
          assertThat(context.getBean(Shop.class).stock()).isEqualTo("7 within PT2S");
        });
  }
}
