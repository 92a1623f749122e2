package dev.evenkeel.examples.journey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.http.EvenkeelFilter;
import dev.evenkeel.http.EvenkeelHttpClient;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.tracing.server.ServerPolicy;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * One of the three processes: {@code Service <name> [<port of the next one>]}. The last one works
 * for as many milliseconds as it is asked for, 4 requests at a time; the others ask the next one.
 */
final class Service {

  private final String name;
  private final String next;
  private final HttpClient client;

  private Service(String name, String next, OpenTelemetrySdk telemetry) {
    this.name = name;
    this.next = next;
    this.client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .openTelemetry(telemetry)
        .pipeline(Pipeline.of(next.isEmpty() ? "nobody" : "after-" + name))
        .urlTemplate(request -> request.uri().getPath())
        .build();
  }

  public static void main(String[] arguments) throws IOException {
    String name = arguments[0];
    String next = arguments.length > 1 ? "http://127.0.0.1:" + arguments[1] : "";
    OpenTelemetrySdk telemetry = Telemetry.sdk(name, Service::say);
    HttpServer server = start(new Service(name, next, telemetry), telemetry);
    System.out.println("PORT\t" + server.getAddress().getPort());
    while (System.in.read() >= 0) {
      // until the parent has gone
    }
    System.exit(0);
  }

  private static void say(Hop hop) {
    System.out.println(hop.toLine());
  }

  private static HttpServer start(Service service, OpenTelemetrySdk telemetry) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newCachedThreadPool());
    ServerPolicy.Builder policy = ServerPolicy.builder(service.name)
        .defaultDeadline(Duration.ofSeconds(5))
        .openTelemetry(telemetry);
    if (service.next.isEmpty()) {
      policy.limits(AdaptiveLimit.of(4, 4, 4)); // fixed, but the least critical are refused first
    }
    server
        .createContext("/" + service.name, service::handle)
        .getFilters()
        .add(EvenkeelFilter.with(policy.build()));
    server.start();
    return server;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      String query = exchange.getRequestURI().getRawQuery();
      if (next.isEmpty()) {
        work(Long.parseLong(query.substring("work=".length())));
        respond(exchange, 200, "42 pieces");
      } else {
        HttpResponse<String> answer = ask(query);
        for (String header : List.of("Retry-After", "retry-after-millis")) {
          answer
              .headers()
              .firstValue(header)
              .ifPresent(value -> exchange.getResponseHeaders().set(header, value));
        }
        respond(exchange, answer.statusCode(), answer.body());
      }
    } catch (InterruptedException stop) {
      throw (IOException) new InterruptedIOException("no time left").initCause(stop);
    }
  }

  private static void work(long millis) throws InterruptedException {
    Kernel kernel = Kernel.system();
    kernel.sleepUntil(kernel.nanoTime() + Duration.ofMillis(millis).toNanos());
  }

  private HttpResponse<String> ask(String query) throws IOException, InterruptedException {
    String path = name.equals("gateway") ? "/orders?" : "/stock?";
    return client.send(
        HttpRequest.newBuilder(URI.create(next + path + query)).build(), BodyHandlers.ofString());
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close(); // only now: where the work fails, the filter still has to answer
  }
}
