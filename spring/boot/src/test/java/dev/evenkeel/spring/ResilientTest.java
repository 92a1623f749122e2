package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Annotated methods of all shapes go through their pipeline, and fallbacks answer. */
class ResilientTest {

  @Configuration(proxyBeanMethods = false)
  static class Two {
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }

    @Bean
    PipelineCustomizer retried() {
      return PipelineCustomizer.of(
          "retried",
          builder -> builder.policies(Retry.builder()
              .maxAttempts(3)
              .backoff(Backoff.fixed(Duration.ofNanos(1)))
              .unlimitedBudget()
              .build()));
    }
  }

  private static ApplicationContextRunner with(Class<?>... beans) {
    ApplicationContextRunner runner = Contexts.runner().withUserConfiguration(Two.class);
    for (Class<?> bean : beans) {
      runner = runner.withUserConfiguration(bean);
    }
    return runner;
  }

  private static CircuitBreaker breaker(org.springframework.context.ApplicationContext context) {
    Pipeline pipeline = context.getBean(Pipelines.class).find("inventory").orElseThrow();
    return pipeline.policy(CircuitBreaker.class).orElseThrow();
  }

  /** Plain results, checked exceptions, {@code void} and stages. */
  public static class Shop {
    final AtomicInteger calls = new AtomicInteger();

    @Resilient("inventory")
    public String stock(String sku) {
      calls.incrementAndGet();
      return sku + ": 7";
    }

    @Resilient("inventory")
    public void refresh() {
      calls.incrementAndGet();
    }

    @Resilient("inventory")
    public int count() throws IOException {
      calls.incrementAndGet();
      throw new FileNotFoundException("gone");
    }

    @Resilient("retried")
    public String atLast() {
      if (calls.incrementAndGet() < 3) {
        throw new IllegalStateException("not yet");
      }
      return "third";
    }

    @Resilient("retried")
    public CompletionStage<String> later() {
      return calls.incrementAndGet() < 3
          ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
          : CompletableFuture.completedFuture("third");
    }

    @Resilient("inventory")
    public CompletableFuture<String> soon() {
      return CompletableFuture.completedFuture("now");
    }

    @Resilient("inventory")
    String packagePrivate() {
      return "seen";
    }
  }

  @Test
  void plain_void_andStage_goThroughThePipeline() {
    with(Shop.class).run(context -> {
      Shop shop = context.getBean(Shop.class);
      assertThat(shop.stock("A")).isEqualTo("A: 7");
      shop.refresh();
      assertThat(shop.soon().get(60, TimeUnit.SECONDS)).isEqualTo("now");
      assertThat(shop.packagePrivate()).isEqualTo("seen");

      breaker(context).forceOpen("test");
      assertThatThrownBy(() -> shop.stock("A")).isInstanceOf(CallRefusedException.class);
      assertThatThrownBy(shop::refresh).isInstanceOf(CallRefusedException.class);
      assertThatThrownBy(shop::packagePrivate).isInstanceOf(CallRefusedException.class);
      assertThatThrownBy(() -> shop.soon().join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(CallRefusedException.class);
    });
  }

  @Test
  void checkedException_reachesTheCallerAsItIs() {
    with(Shop.class)
        .run(context -> assertThatThrownBy(() -> context.getBean(Shop.class).count())
            .isExactlyInstanceOf(FileNotFoundException.class)
            .hasMessage("gone"));
  }

  @Test
  void eachAttempt_callsTheMethodAnew() {
    with(Shop.class).run(context -> {
      Shop shop = context.getBean(Shop.class);
      assertThat(shop.atLast()).isEqualTo("third");
      assertThat(shop.later().toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo("third");
    });
  }

  /** Fallbacks of all kinds. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // found by name
  public static class Answers {
    Throwable failure = new FileNotFoundException("gone");

    @Resilient(value = "inventory", fallback = "unknown")
    public String stock(String sku) throws Throwable {
      throw failure;
    }

    private String unknown(String sku, IOException gone) {
      return sku + ": unreadable";
    }

    private String unknown(String sku, CallRefusedException refused) {
      return sku + ": refused, " + refused.pipelineName();
    }

    private static String unknown(IllegalArgumentException wrong) {
      return "wrong: " + wrong.getMessage();
    }

    @Resilient(value = "inventory", fallback = "translated")
    public void order() throws IOException {
      throw new IllegalStateException("first");
    }

    void translated(RuntimeException failed) throws IOException {
      throw new IOException("second");
    }

    @Resilient(value = "inventory", fallback = "otherStage")
    public CompletionStage<String> later() {
      return CompletableFuture.failedFuture(failure);
    }

    CompletableFuture<String> otherStage(IOException gone) {
      return CompletableFuture.completedFuture("other");
    }
  }

  @Test
  void fallback_withTheNearestException_answers() {
    with(Answers.class).run(context -> {
      Answers target = target(context.getBean(Answers.class));
      Answers answers = context.getBean(Answers.class);
      assertThat(call(answers)).isEqualTo("A: unreadable");
      target.failure = new NumberFormatException("seven");
      assertThat(call(answers)).isEqualTo("wrong: seven");
      breaker(context).forceOpen("test");
      assertThat(call(answers)).isEqualTo("A: refused, inventory");
    });
  }

  private static String call(Answers answers) {
    try {
      return answers.stock("A");
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void failureWithoutAFallback_andAnError_reachTheCaller() {
    with(Answers.class).run(context -> {
      Answers target = target(context.getBean(Answers.class));
      Answers answers = context.getBean(Answers.class);
      target.failure = new IllegalStateException("no answer");
      assertThatThrownBy(() -> answers.stock("A")).isSameAs(target.failure);
      target.failure = new AssertionError("bug");
      assertThatThrownBy(() -> answers.stock("A")).isSameAs(target.failure);
    });
  }

  @Test
  void whatAFallbackThrows_reachesTheCaller_withTheFailureInIt() {
    with(Answers.class)
        .run(context -> assertThatThrownBy(() -> context.getBean(Answers.class).order())
            .isExactlyInstanceOf(IOException.class)
            .hasMessage("second")
            .satisfies(own -> assertThat(own.getSuppressed())
                .singleElement()
                .isInstanceOf(IllegalStateException.class)));
  }

  @Test
  void fallbackOfAStage_answersForTheStage() {
    with(Answers.class).run(context -> {
      Answers answers = context.getBean(Answers.class);
      assertThat(answers.later().toCompletableFuture().get(60, TimeUnit.SECONDS))
          .isEqualTo("other");
      target(answers).failure = new IllegalStateException("no answer");
      assertThatThrownBy(() -> answers.later().toCompletableFuture().join())
          .hasCauseInstanceOf(IllegalStateException.class);
    });
  }

  @SuppressWarnings("unchecked")
  private static <T> T target(T proxy) {
    return (T) org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(proxy);
  }

  /** On the class; its fallback is no call of the dependency. */
  @Resilient(value = "inventory", fallback = "unknown")
  public static class Whole {
    public String stock() {
      return "7";
    }

    @Resilient("retried")
    public String own() {
      return "own";
    }

    public String unknown(CallRefusedException refused) {
      return "unknown";
    }

    @Override
    public String toString() {
      return "Whole";
    }
  }

  /** Inherits what its superclass is annotated with. */
  public static class Part extends Whole {
    public String more() {
      throw new IllegalStateException("never called");
    }
  }

  @Test
  void annotationOnAClass_holdsForItsPublicMethods() {
    with(Whole.class).run(context -> {
      Whole whole = context.getBean(Whole.class);
      assertThat(whole.stock()).isEqualTo("7");
      breaker(context).forceOpen("test");
      assertThat(whole.stock()).isEqualTo("unknown");
      assertThat(whole.own()).isEqualTo("own");
      assertThat(whole.toString()).isEqualTo("Whole");
      assertThat(whole.unknown(null)).isEqualTo("unknown");
    });
    with(Part.class).run(context -> {
      breaker(context).forceOpen("test");
      assertThat(context.getBean(Part.class).more()).isEqualTo("unknown");
    });
  }

  /** A generic interface, of which the compiler makes a bridge. */
  public interface Source<K, V> {
    V get(K key);

    default V orElse(Exception failure) {
      return null;
    }
  }

  public static class Stocks implements Source<String, Integer> {
    @Override
    @Resilient(value = "inventory", fallback = "none")
    public Integer get(String key) {
      return 7;
    }

    Integer none(String key, CallRefusedException refused) {
      return 0;
    }
  }

  /** The annotation is on the method of the generic superclass. */
  public abstract static class Base<K> {
    @Resilient(value = "inventory", fallback = "none")
    public String find(K key) {
      return "found " + key;
    }
  }

  public static class Derived extends Base<Long> {
    String none(Long key, CallRefusedException refused) {
      return "none of " + key;
    }
  }

  @Test
  void genericInterfaces_bridges_andSuperclasses() {
    with(Stocks.class, Derived.class).run(context -> {
      Stocks stocks = context.getBean(Stocks.class);
      Source<String, Integer> source = stocks;
      Derived derived = context.getBean(Derived.class);
      Base<Long> base = derived;
      assertThat(source.get("A")).isEqualTo(7);
      breaker(context).forceOpen("test");
      assertThat(source.get("A")).isZero();
      assertThat(stocks.get("A")).isZero();
      assertThat(base.find(3L)).isEqualTo("none of 3");
      assertThat(derived.find(3L)).isEqualTo("none of 3");
    });
  }

  /** Made by the first call of another bean's method, before the start is over. */
  public static class Early {
    final String seen;

    Early(Shop shop) {
      seen = shop.stock("early");
    }
  }

  @Test
  void callBeforeTheEndOfTheStart_findsItsPipeline() {
    with(Shop.class, Early.class)
        .run(context -> assertThat(context.getBean(Early.class).seen).isEqualTo("early: 7"));
  }

  @Configuration(proxyBeanMethods = false)
  static class Placeholder {
    public static class Service {
      @Resilient("${shop.pipeline}")
      public String stock() {
        return "7";
      }
    }

    @Bean
    Service service() {
      return new Service();
    }
  }

  @Test
  void placeholder_isReplaced() {
    with(Placeholder.class).withPropertyValues("shop.pipeline=inventory").run(context -> {
      breaker(context).forceOpen("test");
      assertThatThrownBy(() -> context.getBean(Placeholder.Service.class).stock())
          .isInstanceOf(CallRefusedException.class);
    });
  }
}
