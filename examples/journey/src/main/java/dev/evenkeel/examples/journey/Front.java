package dev.evenkeel.examples.journey;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.http.EvenkeelHttpClient;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The client: what it asks the gateway for, and within which time. */
final class Front {

  private final HttpClient client;
  private final String gateway;

  Front(OpenTelemetrySdk telemetry, String port) {
    client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .openTelemetry(telemetry)
        .urlTemplate(request -> request.uri().getPath())
        .build();
    gateway = "http://127.0.0.1:" + port + "/gateway?";
  }

  /** Asks stock, and waits for the answer: its status, or the class of what was thrown. */
  String ask(long workMillis, Duration deadline) throws InterruptedException {
    return send("work=" + workMillis, deadline);
  }

  /** Places an order, and waits until it is in the queue. */
  String place(Order order, Duration deadline) throws InterruptedException {
    return send(order.toQuery(), deadline);
  }

  @SuppressWarnings("try") // opened to be closed
  private String send(String query, Duration deadline) throws InterruptedException {
    try (var limited =
        CallContext.current().withDeadline(Deadline.after(deadline)).open()) {
      return Integer.toString(
          client.send(request(query), BodyHandlers.ofString()).statusCode());
    } catch (IOException | PipelineException failure) {
      return failure.getClass().getSimpleName();
    }
  }

  CompletableFuture<HttpResponse<String>> askAsync(
      long workMillis, Duration deadline, Criticality criticality) {
    return sendAsync("work=" + workMillis, deadline, criticality);
  }

  CompletableFuture<HttpResponse<String>> placeAsync(Order order, Duration deadline) {
    return sendAsync(order.toQuery(), deadline, Criticality.CRITICAL);
  }

  private CompletableFuture<HttpResponse<String>> sendAsync(
      String query, Duration deadline, Criticality criticality) {
    return CallContext.current()
        .withCriticality(criticality)
        .withDeadline(Deadline.after(deadline))
        .call(() -> client.sendAsync(request(query), BodyHandlers.ofString()));
  }

  private HttpRequest request(String query) {
    return HttpRequest.newBuilder(URI.create(gateway + query)).build();
  }
}
