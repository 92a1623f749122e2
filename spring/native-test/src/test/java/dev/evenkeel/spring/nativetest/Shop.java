package dev.evenkeel.spring.nativetest;

import dev.evenkeel.spring.Resilient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Annotated methods of all kinds of results, with fallbacks that are found by reflection. */
@Service
public class Shop {

  /** Fails, and is answered by a private method. */
  @Resilient(value = "inventory", fallback = "unknown")
  public String stock(String sku) {
    throw new IllegalStateException(sku);
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // found by name
  private String unknown(String sku, IllegalStateException failure) {
    return "unknown";
  }

  /** A stage. */
  @Resilient("inventory")
  public CompletionStage<String> later() {
    return CompletableFuture.completedFuture("later");
  }

  /** A {@code Mono}. */
  @Resilient("inventory")
  public Mono<String> mono() {
    return Mono.just("mono");
  }

  /** A {@code Flux}. */
  @Resilient("inventory")
  public Flux<String> flux() {
    return Flux.just("a", "b");
  }
}
