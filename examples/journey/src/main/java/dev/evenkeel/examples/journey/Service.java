package dev.evenkeel.examples.journey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.http.EvenkeelFilter;
import dev.evenkeel.http.EvenkeelHttpClient;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
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
import org.jspecify.annotations.Nullable;

/**
 * One of three processes: {@code Service <name> [<port of the next one> [<broker> <queue>]]}. The
 * last one works for as many milliseconds as it is asked for, 4 requests at a time; the others ask
 * the next one. The one with a broker puts orders into the queue.
 */
final class Service {

  static final int ACCEPTED = 202;

  /** The longest that a request may take, in which an order may also wait in its queue. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final String name;
  private final String next;
  private final String queue;
  private final @Nullable EvenkeelPublisher publisher;
  private final HttpClient client;

  private Service(
      String name,
      String next,
      String queue,
      @Nullable EvenkeelPublisher publisher,
      OpenTelemetrySdk telemetry) {
    this.name = name;
    this.next = next;
    this.queue = queue;
    this.publisher = publisher;
    this.client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .openTelemetry(telemetry)
        .pipeline(Pipeline.of(next.isEmpty() ? "nobody" : "after-" + name))
        .urlTemplate(request -> request.uri().getPath())
        .build();
  }

  public static void main(String[] arguments) throws Exception {
    String name = arguments[0];
    String next = arguments.length > 1 ? "http://127.0.0.1:" + arguments[1] : "";
    String queue = arguments.length > 3 ? arguments[3] : "";
    OpenTelemetrySdk telemetry = Telemetry.sdk(name, hop -> System.out.println(hop.toLine()));
    EvenkeelPublisher publisher = queue.isEmpty() ? null : publisher(arguments[2], telemetry);
    HttpServer server = start(new Service(name, next, queue, publisher, telemetry), telemetry);
    Child.say("PORT", server.getAddress().getPort());
    Child.awaitParentsEnd();
    System.exit(0);
  }

  private static EvenkeelPublisher publisher(String broker, OpenTelemetrySdk telemetry)
      throws Exception {
    return EvenkeelPublisher.builder(Servers.connect(broker))
        .pipeline(Pipeline.of("broker", Timeout.ofMillis(2_000)))
        .openTelemetry(telemetry)
        .build();
  }

  private static HttpServer start(Service service, OpenTelemetrySdk telemetry) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newCachedThreadPool());
    ServerPolicy.Builder policy =
        ServerPolicy.builder(service.name).defaultDeadline(LONGEST).openTelemetry(telemetry);
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
      } else if (publisher != null && Order.isOne(query)) {
        place(publisher, Order.parse(query));
        respond(exchange, ACCEPTED, "in the queue");
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

  /** In force are the request's trace and deadline, and the message takes both along. */
  @SuppressWarnings("try") // opened to be closed
  private void place(EvenkeelPublisher orders, Order order)
      throws IOException, InterruptedException {
    try (var keyed = CallContext.current().withIdempotencyKey(order.id()).open()) {
      orders.publish("", queue, null, order.toQuery().getBytes(StandardCharsets.UTF_8));
    }
  }

  static void work(long millis) throws InterruptedException {
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
