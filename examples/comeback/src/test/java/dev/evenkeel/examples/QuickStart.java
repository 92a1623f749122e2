package dev.evenkeel.examples;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The README's programs. */
final class QuickStart {

  private QuickStart() {}

  // README: start
  static String stock(URI service) {
    Pipeline inventory = Pipeline.of(
        "inventory",
        Timeout.ofMillis(300),
        Retry.jittered(3),
        CircuitBreaker.standard()); // opens on failure, probes, then ramps back
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(service).build();
    return inventory.call(
        () -> client.send(request, BodyHandlers.ofString()).body(), failure -> "unknown");
  }

  // README: end

  // README: deadline start
  static void refresh(
      Pipeline inventory, Pipeline prices, Runnable readStock, Runnable readPrices) {
    Deadline.after(Duration.ofMillis(500)).run(() -> {
      inventory.run(readStock::run);
      prices.run(readPrices::run);
    });
  }
  // README: deadline end
}
