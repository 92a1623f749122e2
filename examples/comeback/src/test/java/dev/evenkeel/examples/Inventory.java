package dev.evenkeel.examples;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The program of the README. */
// README: start
class Inventory {

  private final HttpClient client = HttpClient.newHttpClient();
  private final Pipeline pipeline = Pipeline.of( // one for the dependency, kept
      "inventory",
      Timeout.total(Duration.ofSeconds(1)),
      Timeout.ofMillis(300),
      Retry.jittered(3),
      CircuitBreaker.standard()); // opens on failure, probes, then ramps back

  String stock(URI sku) {
    HttpRequest request = HttpRequest.newBuilder(sku).build();
    return pipeline.call(
        () -> client.send(request, BodyHandlers.ofString()).body(), failure -> "unknown");
  }
}
// README: end
