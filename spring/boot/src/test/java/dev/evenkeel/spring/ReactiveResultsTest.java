package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Methods that return a Mono, a Flux or a Publisher go through their pipeline when subscribed. */
class ReactiveResultsTest {

  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    ManualKernel kernel() {
      return ManualKernel.create();
    }

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

    @Bean
    PipelineCustomizer one() {
      return PipelineCustomizer.of("one", builder -> builder.policies(ConcurrencyLimit.of(1)));
    }

    @Bean
    PipelineCustomizer timed() {
      return PipelineCustomizer.of("timed", builder -> builder.policies(Timeout.ofMillis(3_000)));
    }

    @Bean
    Inventory source() {
      return new Inventory();
    }

    @Bean
    Shop shop(Inventory inventory) {
      return new Shop(inventory);
    }

    @Bean
    Entry entry(Shop shop, ManualKernel kernel) {
      return new Entry(shop, kernel);
    }
  }

  /** Does what a test tells it. */
  static class Inventory {
    final AtomicInteger calls = new AtomicInteger();
    Mono<String> answer = Mono.just("7");
    Flux<String> stream = Flux.just("7", "8");
  }

  /** The bean with the annotations. */
  public static class Shop {
    private final Inventory inventory;

    Shop(Inventory inventory) {
      this.inventory = inventory;
    }

    @Resilient("inventory")
    public Mono<String> stock(String sku) {
      inventory.calls.incrementAndGet();
      return inventory.answer;
    }

    @Resilient("inventory")
    public Flux<String> stocks() {
      inventory.calls.incrementAndGet();
      return inventory.stream;
    }

    @Resilient("inventory")
    public Publisher<String> published() {
      inventory.calls.incrementAndGet();
      return inventory.answer;
    }

    @Resilient("retried")
    public Mono<String> atLast() throws IOException {
      if (inventory.calls.incrementAndGet() < 3) {
        throw new FileNotFoundException("not yet");
      }
      return Mono.just("third");
    }

    @Resilient(value = "inventory", fallback = "unknown")
    public Mono<String> answered(String sku) {
      return inventory.answer;
    }

    Mono<String> unknown(String sku, CallRefusedException refused) {
      return Mono.just(sku + ": not asked");
    }

    Mono<String> unknown(IllegalStateException failure) {
      throw new IllegalArgumentException("nor here");
    }

    Mono<String> unknown(ArithmeticException failure) {
      return Mono.error(new IllegalArgumentException("nor later"));
    }

    Mono<String> unknown(InterruptedException failure) {
      return null;
    }

    @Resilient(value = "inventory", fallback = "noStream")
    public Flux<String> answeredStream() {
      return inventory.stream;
    }

    Publisher<String> misfit(Exception failure) {
      return Mono.just("a Publisher is no Flux");
    }

    Flux<String> noStream(Exception failure) {
      return Flux.just("none", failure.getMessage());
    }

    @Resilient("one")
    public Mono<String> never() {
      return Mono.never();
    }

    @Resilient("timed")
    public Mono<Duration> left() {
      return Mono.fromSupplier(() -> Deadline.current().remaining());
    }
  }

  /** An entry point with a deadline. */
  public static class Entry {
    private final Shop shop;
    private final ManualKernel kernel;

    Entry(Shop shop, ManualKernel kernel) {
      this.shop = shop;
      this.kernel = kernel;
    }

    @Within("500ms")
    public Mono<Duration> left() {
      Duration here = Deadline.current().remaining();
      return shop.left().filter(here::equals);
    }

    @Within("500ms")
    public Flux<Duration> lefts() {
      return Flux.concat(shop.left(), Mono.delay(Duration.ZERO).then(shop.left()));
    }

    @Within("500ms")
    public Mono<Duration> late() {
      kernel.advance(Duration.ofMillis(600));
      return shop.left();
    }
  }

  private static ApplicationContextRunner runner() {
    return Contexts.runner().withUserConfiguration(Beans.class);
  }

  @Test
  void monoAndFlux_areCalledWhenSubscribed_eachTime() {
    runner().run(context -> {
      Inventory inventory = context.getBean(Inventory.class);
      Shop shop = context.getBean(Shop.class);
      Mono<String> mono = shop.stock("A");
      Flux<String> flux = shop.stocks();
      assertThat(inventory.calls).hasValue(0);

      StepVerifier.create(mono).expectNext("7").verifyComplete();
      StepVerifier.create(mono).expectNext("7").verifyComplete();
      StepVerifier.create(flux, 1)
          .expectNext("7")
          .thenRequest(1)
          .expectNext("8")
          .verifyComplete();
      StepVerifier.create(shop.published()).expectNext("7").verifyComplete();
      assertThat(inventory.calls).hasValue(4);

      breaker(context.getBean(Pipelines.class)).forceOpen("test");
      StepVerifier.create(mono).verifyError(CallRefusedException.class);
      StepVerifier.create(flux).verifyError(CallRefusedException.class);
      StepVerifier.create(shop.published()).verifyError(CallRefusedException.class);
      assertThat(inventory.calls).hasValue(4);
    });
  }

  private static CircuitBreaker breaker(Pipelines pipelines) {
    return pipelines
        .find("inventory")
        .orElseThrow()
        .policy(CircuitBreaker.class)
        .orElseThrow();
  }

  @Test
  void whatTheMethodThrows_isItsAttemptsFailure_andRetried() {
    runner().run(context -> {
      ManualKernel kernel = context.getBean(ManualKernel.class);
      StepVerifier.create(context.getBean(Shop.class).atLast())
          .then(() -> kernel.advance(Duration.ofMillis(1)))
          .then(() -> kernel.advance(Duration.ofMillis(1)))
          .expectNext("third")
          .verifyComplete();
      assertThat(context.getBean(Inventory.class).calls).hasValue(3);
    });
  }

  @Test
  void fallback_answersByTheNearestException() {
    runner().run(context -> {
      Inventory inventory = context.getBean(Inventory.class);
      Shop shop = context.getBean(Shop.class);
      Mono<String> call = shop.answered("A");
      StepVerifier.create(call).expectNext("7").verifyComplete();

      inventory.answer = Mono.error(new IOException("no fallback of its own"));
      StepVerifier.create(call).verifyErrorMessage("no fallback of its own");

      breaker(context.getBean(Pipelines.class)).forceOpen("test");
      StepVerifier.create(call).expectNext("A: not asked").verifyComplete();
    });
  }

  @Test
  void fallbackThatFails_reachesTheSubscriber_withTheFailureInIt() {
    runner().run(context -> {
      Inventory inventory = context.getBean(Inventory.class);
      Shop shop = context.getBean(Shop.class);
      inventory.answer = Mono.error(new IllegalStateException("down"));
      StepVerifier.create(shop.answered("A"))
          .verifyErrorSatisfies(failure -> assertThat(failure)
              .hasMessage("nor here")
              .hasSuppressedException(new IllegalStateException("down")));
      inventory.answer = Mono.error(new ArithmeticException("down"));
      StepVerifier.create(shop.answered("A"))
          .verifyErrorSatisfies(failure -> assertThat(failure)
              .hasMessage("nor later")
              .hasSuppressedException(new ArithmeticException("down")));
    });
  }

  @Test
  void interruptedExceptionOfASource_isNoInterruptOfTheThreadThatBringsIt() {
    runner().run(context -> {
      Inventory inventory = context.getBean(Inventory.class);
      Shop shop = context.getBean(Shop.class);
      inventory.answer = Mono.error(new InterruptedException("of another thread"));
      StepVerifier.create(shop.answered("A")).verifyComplete(); // the fallback's null is no value
      assertThat(Thread.interrupted()).isFalse();
    });
  }

  @Test
  void streamsFallback_answersOnlyBeforeTheFirstElement() {
    runner().run(context -> {
      Inventory inventory = context.getBean(Inventory.class);
      Shop shop = context.getBean(Shop.class);
      Flux<String> call = shop.answeredStream();
      inventory.stream = Flux.error(new IOException("down"));
      StepVerifier.create(call).expectNext("none", "down").verifyComplete();
      inventory.stream = Flux.just("7").concatWith(Mono.error(new IOException("broken off")));
      StepVerifier.create(call).expectNext("7").verifyErrorMessage("broken off");
    });
  }

  @Test
  void cancelling_givesThePlaceBack() {
    runner().run(context -> {
      Mono<String> call = context.getBean(Shop.class).never();
      Disposable first = call.subscribe();
      StepVerifier.create(call).verifyError(CallRefusedException.class);
      first.dispose();
      StepVerifier.create(call).thenCancel().verify();
      Disposable unusedAgain = call.subscribe();
      StepVerifier.create(call).verifyError(CallRefusedException.class);
    });
  }

  @Test
  void within_beginsWithTheSubscription_andOnlyShortens() {
    runner().run(context -> {
      ManualKernel kernel = context.getBean(ManualKernel.class);
      Entry entry = context.getBean(Entry.class);
      Mono<Duration> mono = entry.left();
      kernel.advance(Duration.ofSeconds(2));
      StepVerifier.create(mono).expectNext(Duration.ofMillis(500)).verifyComplete();
      StepVerifier.create(mono).expectNext(Duration.ofMillis(500)).verifyComplete();
      StepVerifier.create(entry.lefts())
          .expectNext(Duration.ofMillis(500), Duration.ofMillis(500))
          .verifyComplete();

      CallContext sooner =
          CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(100), kernel));
      StepVerifier.create(mono.contextWrite(ReactivePipeline.context(sooner)))
          .expectNext(Duration.ofMillis(100))
          .verifyComplete();
      assertThat(Deadline.current()).isNull();
    });
  }

  @Test
  void callsAfterTheTime_areNotStarted() {
    runner()
        .run(context -> StepVerifier.create(context.getBean(Entry.class).late())
            .verifyError(DeadlineExceededException.class));
  }

  /** An interface that says by a type variable what it returns. */
  interface Finds<T> {
    T find(String sku);
  }

  @Resilient("inventory")
  interface Client extends Finds<Mono<String>> {
    @Override
    Mono<String> find(String sku);
  }

  @Configuration(proxyBeanMethods = false)
  static class Interfaces {
    @Bean
    Client client() {
      return sku -> Mono.just(sku + ": 7");
    }
  }

  @Test
  void interfaces_areCalledThroughTheirPipeline() {
    runner().withUserConfiguration(Interfaces.class).run(context -> {
      Mono<String> call = context.getBean(Client.class).find("A");
      StepVerifier.create(call).expectNext("A: 7").verifyComplete();
      breaker(context.getBean(Pipelines.class)).forceOpen("test");
      StepVerifier.create(call).verifyError(CallRefusedException.class);
    });
  }

  @Test
  void withoutEvenkeelReactor_theStartSaysWhatToAdd() {
    runner().withClassLoader(new FilteredClassLoader(ReactivePipeline.class)).run(context -> {
      assertThat(context).hasFailed();
      assertThat(Contexts.analysis(context.getStartupFailure()).getDescription())
          .contains("It returns a Mono, and evenkeel-reactor, which follows it, is not on the")
          .contains("@Within on " + Entry.class.getName() + ".lefts()");
      assertThat(Contexts.analysis(context.getStartupFailure()).getAction())
          .contains("Add the dependency dev.evenkeel:evenkeel-reactor.");
    });
  }

  public static class Plain {
    @Resilient("inventory")
    public String stock() {
      return "7";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class PlainBeans {
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }

    @Bean
    Plain plain() {
      return new Plain();
    }
  }

  @Test
  void withoutReactor_everythingElseWorks() {
    Contexts.runner()
        .withUserConfiguration(PlainBeans.class)
        .withClassLoader(new FilteredClassLoader("reactor", "dev.evenkeel.reactor"))
        .run(context -> assertThat(context.getBean(Plain.class).stock()).isEqualTo("7"));
  }
}
