package dev.evenkeel.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.tracing.server.Refused;
import dev.evenkeel.tracing.server.ServerCall;
import dev.evenkeel.tracing.server.ServerCalls;
import dev.evenkeel.tracing.server.ServerPolicy;
import dev.evenkeel.tracing.server.ServerRequest;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Evenkeel before the handlers of the JDK's own {@code HttpServer}: the caller's trace, deadline
 * and criticality hold while the handler runs, which is interrupted when the time is over; what is
 * too late or too much is refused before it begins, with 504, 503 or 429 as
 * {@code application/problem+json}.
 *
 * <pre>{@code
 * HttpContext context = server.createContext("/orders", handler);
 * context.getFilters().add(EvenkeelFilter.with(policy));
 * }</pre>
 *
 * <p>A handler that wants to answer when its time is over gets an
 * {@link java.io.InterruptedIOException} from {@code sendResponseHeaders}, and the client the 504,
 * whatever the handler does then. A handler counts as ended when it returns. That a client has gone
 * shows only when the handler writes, as an {@link IOException}; the deadline is the signal that
 * always comes. Thread-safe.
 */
public final class EvenkeelFilter extends Filter {

  private static final TextMapGetter<HttpExchange> HEADERS = new RequestHeaders();

  private final ServerCalls calls;

  private EvenkeelFilter(ServerPolicy policy) {
    calls = ServerCalls.with(policy);
  }

  /**
   * A filter for the handlers of one server.
   *
   * @param policy how the server treats its calls
   * @return the filter; may be shared by contexts that share the policy's limits
   */
  public static EvenkeelFilter with(ServerPolicy policy) {
    return new EvenkeelFilter(policy);
  }

  @Override
  public String description() {
    return "deadlines, overload and traces by Evenkeel";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    ServerCall call = calls.begin(exchange, HEADERS, request(exchange));
    CompletableFuture<?> outcome = call.run(() -> {
      chain.doFilter(TimedExchange.of(exchange, Deadline.current()));
      return null;
    });
    Throwable failure = failure(outcome);
    if (failure == null) {
      call.end(status(exchange), null);
      return;
    }
    Refused refused = call.refusal(failure);
    if (refused == null) {
      call.end(status(exchange), failure);
      throw Sneaky.asIs(failure);
    }
    try {
      answer(exchange, refused);
    } finally {
      call.end(refused.status(), null);
    }
  }

  private static @Nullable Throwable failure(CompletableFuture<?> outcome) {
    try {
      outcome.join();
      return null;
    } catch (Throwable failure) {
      return ServerCall.unwrapped(failure);
    }
  }

  private static ServerRequest request(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    String scheme = exchange instanceof HttpsExchange ? "https" : "http";
    String path = uri.getRawPath() == null ? "/" : uri.getRawPath();
    return new ServerRequest(
        exchange.getRequestMethod(),
        scheme,
        path,
        uri.getRawQuery(),
        exchange.getHttpContext().getPath());
  }

  /** -1 as long as no answer has begun: the server itself makes a 500 of that. */
  private static int status(HttpExchange exchange) {
    int status = exchange.getResponseCode();
    return status < 0 ? 500 : status;
  }

  /** An answer that has begun cannot be taken back: the connection ends in the middle of it. */
  private static void answer(HttpExchange exchange, Refused refused) throws IOException {
    if (exchange.getResponseCode() < 0) {
      byte[] problem = refused.problem().getBytes(StandardCharsets.UTF_8);
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", "application/problem+json");
      String seconds = refused.retryAfterSeconds();
      String millis = refused.retryAfterMillis();
      if (seconds != null && millis != null) {
        headers.set("Retry-After", seconds);
        headers.set("retry-after-millis", millis);
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(refused.status(), head ? -1 : problem.length);
      if (!head) {
        exchange.getResponseBody().write(problem);
      }
    }
    exchange.close();
  }

  /** Reads the headers of a request. */
  private static final class RequestHeaders implements TextMapGetter<HttpExchange> {

    @Override
    @SuppressWarnings("deprecation") // must be implemented all the same
    public Iterable<String> keys(HttpExchange exchange) {
      return exchange.getRequestHeaders().keySet();
    }

    @Override
    public @Nullable String get(@Nullable HttpExchange exchange, String key) {
      return exchange == null ? null : exchange.getRequestHeaders().getFirst(key);
    }

    @Override
    public Iterator<String> getAll(@Nullable HttpExchange exchange, String key) {
      List<String> values =
          exchange == null ? null : exchange.getRequestHeaders().get(key);
      return values == null ? Collections.emptyIterator() : values.iterator();
    }
  }
}
