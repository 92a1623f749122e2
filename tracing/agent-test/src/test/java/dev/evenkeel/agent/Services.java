package dev.evenkeel.agent;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.http.EvenkeelFilter;
import dev.evenkeel.http.EvenkeelHttpClient;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * The program that runs under the agent. {@code /wrapped}: Evenkeel's filter and client, whose
 * first attempt fails. {@code /unwrapped}: nothing of Evenkeel's in the application, but an Apache
 * client that knows nothing. Both answer with the headers that arrived at the last hop.
 * {@code /order}: through a queue into a database.
 */
final class Services {

  private static final Duration SHORTER = Duration.ofSeconds(60);

  private Services() {}

  public static void main(String[] arguments) throws Exception {
    HttpServer stock = server();
    AtomicInteger asked = new AtomicInteger();
    Filter stockFilter = EvenkeelFilter.with(ServerPolicy.standard("stock"));
    handle(stock, "/flaky", exchange -> {
          boolean first = asked.getAndIncrement() % 2 == 0;
          respond(exchange, first ? 500 : 200, arrived(exchange));
        })
        .add(stockFilter);
    handle(stock, "/plain", exchange -> respond(exchange, 200, arrived(exchange)));
    String target = "http://127.0.0.1:" + stock.getAddress().getPort();

    HttpServer orders = server();
    HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .pipeline(Pipeline.of(
            "stock",
            Timeout.total(SHORTER),
            Retry.builder().maxAttempts(2).build(),
            Timeout.of(SHORTER)))
        .build();
    handle(orders, "/wrapped", exchange -> respond(exchange, 200, wrapped(client, target)))
        .add(EvenkeelFilter.with(ServerPolicy.standard("orders")));
    CloseableHttpClient apache = HttpClients.createDefault();
    handle(orders, "/unwrapped", exchange -> respond(exchange, 200, unwrapped(apache, target)));
    Shop shop = new Shop();
    AtomicInteger placed = new AtomicInteger();
    handle(
            orders,
            "/order",
            exchange -> respond(exchange, 200, shop.order("order-" + placed.incrementAndGet())))
        .add(EvenkeelFilter.with(ServerPolicy.standard("orders")));

    System.out.println("PORT\t" + orders.getAddress().getPort());
    while (System.in.read() >= 0) {
      // until the test has gone
    }
    System.exit(0);
  }

  private static String wrapped(HttpClient client, String target) throws IOException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(target + "/flaky")).build();
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (InterruptedException stop) {
      throw (IOException) new InterruptedIOException("stopped").initCause(stop);
    }
  }

  private static String unwrapped(CloseableHttpClient apache, String target) throws IOException {
    return apache.execute(
        new HttpGet(target + "/plain"), response -> EntityUtils.toString(response.getEntity()));
  }

  private static String arrived(HttpExchange exchange) {
    StringBuilder text = new StringBuilder();
    for (String name : new String[] {"traceparent", "evenkeel-timeout-ms", "evenkeel-attempt"}) {
      text.append(name)
          .append('=')
          .append(exchange.getRequestHeaders().get(name))
          .append('\n');
    }
    return text.toString();
  }

  private static HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    return server;
  }

  private static java.util.List<Filter> handle(
      HttpServer server, String path, HttpHandler handler) {
    return server
        .createContext(path, exchange -> {
          handler.handle(exchange);
          exchange.close(); // if it fails, the filter still has to answer
        })
        .getFilters();
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
