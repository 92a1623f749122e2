package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What docs/guide/reactive.md shows is what the build compiles and runs. */
class ReactiveGuideTest {

  private record Stock(int left) {}

  private record Change(int by) {}

  /** Fails each other time. */
  private static final class Client {

    private final AtomicInteger asked = new AtomicInteger();

    private boolean fails() {
      return asked.getAndIncrement() % 2 == 0;
    }

    Mono<Stock> stock(String sku) {
      return Mono.defer(
          () -> fails() ? Mono.error(new IOException("no " + sku)) : Mono.just(new Stock(3)));
    }

    Flux<Change> changes(String sku) {
      return Flux.defer(() -> {
        Flux<Change> start = Flux.just(new Change(1));
        return fails() ? start.concatWith(Mono.error(new IOException("no " + sku))) : start;
      });
    }
  }

  static Mono<Stock> stock(ReactivePipeline inventory, Client client, String sku) {
    return inventory.mono(() -> client.stock(sku)); // asked again for each attempt
  }

  static Mono<Stock> stockOf(ReactivePipeline inventory, Mono<Stock> answer) {
    return answer.transform(inventory::mono); // subscribed to again for each attempt
  }

  static Flux<Change> changes(ReactivePipeline inventory, Client client, String sku) {
    return inventory.flux(() -> client.changes(sku));
  }

  static Flux<Change> again(ReactivePipeline inventory, Client client, String sku) {
    return inventory.restarting().flux(() -> client.changes(sku));
  }

  static Mono<Stock> soon(ReactivePipeline inventory, Client client, String sku) {
    CallContext soon = CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(200)));
    return inventory.mono(() -> client.stock(sku)).contextWrite(ReactivePipeline.context(soon));
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass() throws Exception {
    String source = squeezed(
        Files.readString(Path.of("src/test/java/dev/evenkeel/reactor/ReactiveGuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../docs/guide/reactive.md")));
    int blocks = 0;
    while (block.find()) {
      for (String part : block.group(1).split("\n\n", -1)) {
        assertThat(source).contains(squeezed(part));
      }
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
    ReactivePipeline inventory = ReactivePipeline.of(Pipeline.of(
        "inventory", Timeout.ofMillis(60_000), Retry.jittered(2), CircuitBreaker.standard()));
    Stock three = new Stock(3);
    StepVerifier.create(stock(inventory, new Client(), "a")).expectNext(three).verifyComplete();
    StepVerifier.create(stockOf(inventory, new Client().stock("a")))
        .expectNext(three)
        .verifyComplete();
    StepVerifier.create(changes(inventory, new Client(), "a"))
        .expectNext(new Change(1))
        .verifyErrorMessage("no a");
    StepVerifier.create(again(inventory, new Client(), "a"))
        .expectNext(new Change(1), new Change(1))
        .verifyComplete();
    Client ready = new Client();
    assertThat(ready.fails()).isTrue();
    StepVerifier.create(soon(inventory, ready, "a")).expectNext(three).verifyComplete();
    assertThat(inventory).hasToString("ReactivePipeline(Pipeline(inventory))");
    assertThat(inventory.restarting())
        .hasToString("ReactivePipeline(Pipeline(inventory), restarting)");
  }

  @Test
  void breakerWhoseStreamsAreAllCutShort_closesAgain() {
    ManualKernel kernel = ManualKernel.create();
    CircuitBreaker breaker = CircuitBreaker.standard();
    ReactivePipeline pipeline = ReactivePipeline.of(
        Pipeline.builder("cut").kernel(kernel).policies(breaker).build());
    for (int i = 0; i < 200; i++) {
      kernel.advance(Duration.ofMillis(50));
      StepVerifier.create(pipeline.flux(() -> Flux.error(new IOException("down"))))
          .verifyError();
    }
    assertThat(breaker.state()).isNotEqualTo(GateState.CLOSED);
    Mono<Integer> first = pipeline.flux(Flux.range(0, Integer.MAX_VALUE)).next();
    for (int i = 0; i < 20_000 && !breaker.state().equals(GateState.CLOSED); i++) {
      kernel.advance(Duration.ofMillis(50));
      first.onErrorComplete().block();
    }
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
  }
}
