package dev.evenkeel.examples;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** The programs of the guides for deadlines, hedging and limits. */
final class QuickStart {

  private QuickStart() {}

  // README: deadline start
  static void refresh(
      Pipeline inventory, Pipeline prices, Runnable readStock, Runnable readPrices) {
    Deadline.after(Duration.ofMillis(500)).run(() -> {
      inventory.run(readStock::run);
      prices.run(readPrices::run);
    });
  }
  // README: deadline end

  // README: hedge start
  static Pipeline prices() {
    return Pipeline.of(
        "prices",
        Timeout.ofMillis(300),
        Retry.jittered(3),
        Hedge.afterQuantile(0.95).forIdempotentCalls(), // a second attempt beside the slowest 5 %
        CircuitBreaker.standard());
  }

  static String price(Pipeline prices, HttpClient client, List<HttpRequest> replicas) {
    return prices.call(
        () -> {
          CallContext context = CallContext.current(); // every retry and hedge asks the next one
          int replica = (context.attempt() - 1 + context.hedge()) % replicas.size();
          return client.send(replicas.get(replica), BodyHandlers.ofString()).body();
        },
        failure -> "unknown");
  }
  // README: hedge end

  // README: limits start
  static void refill(Pipeline inventory, Runnable cache) {
    CallContext.current()
        .withCriticality(Criticality.SHEDDABLE)
        .run(() -> inventory.run(cache::run));
  }

  static Pipeline limited() {
    RateLimit quota = RateLimit.of(100, Duration.ofSeconds(1));
    quota.setMaxWait(Duration.ofMillis(200)); // refused at once by default
    return Pipeline.of("inventory", Timeout.ofMillis(300), quota, AdaptiveLimit.standard());
  }
  // README: limits end
}
