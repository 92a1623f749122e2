package dev.evenkeel.spring.web;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.tracing.server.Refused;
import dev.evenkeel.tracing.server.ServerCall;
import dev.evenkeel.tracing.server.ServerCalls;
import dev.evenkeel.tracing.server.ServerPolicy;
import dev.evenkeel.tracing.server.ServerRequest;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Evenkeel before the handlers of a WebFlux application: the caller's deadline and criticality hold
 * in them, in Reactor's context, and a handler is cancelled when the time is over. What is too late
 * or too much is refused before it begins, with 504, 503 or 429 as
 * {@code application/problem+json}. A place in a limit is held until the answer has been sent.
 * Needs {@code evenkeel-reactor}.
 *
 * <pre>{@code
 * @Bean
 * WebFilter evenkeel() {
 *   return EvenkeelWebFilter.with(ServerPolicy.builder("orders")
 *       .defaultDeadline(Duration.ofSeconds(2))
 *       .limits(AdaptiveLimit.standard())
 *       .build());
 * }
 * }</pre>
 *
 * <p>It makes no spans: Spring's observation does, around all filters. When the client goes, the
 * handler is cancelled and its place is free. Thread-safe.
 */
public final class EvenkeelWebFilter implements WebFilter, Ordered {

  private static final TextMapGetter<ServerHttpRequest> HEADERS = new RequestHeaders();
  private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

  private final ServerCalls calls;
  private final Kernel kernel = Kernel.system();

  private EvenkeelWebFilter(ServerPolicy policy) {
    calls = ServerCalls.withoutSpans(policy);
  }

  /**
   * A filter for one application.
   *
   * @param policy how it treats its calls
   * @return the filter
   */
  public static EvenkeelWebFilter with(ServerPolicy policy) {
    return new EvenkeelWebFilter(policy);
  }

  /** Before security, which costs more than a refusal. */
  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return Mono.defer(() -> {
      ServerCall call =
          calls.begin(exchange.getRequest(), HEADERS, describe(exchange.getRequest()));
      return ReactivePipeline.of(call.limits())
          .mono(() -> work(call, exchange, chain))
          .contextWrite(ReactivePipeline.context(call.context()))
          .onErrorResume(failure -> {
            Refused refused = call.refusal(failure);
            return refused == null || exchange.getResponse().isCommitted()
                ? Mono.error(failure)
                : answer(exchange, refused);
          });
    });
  }

  private Mono<Void> work(ServerCall call, ServerWebExchange exchange, WebFilterChain chain) {
    long begin = kernel.nanoTime();
    return chain
        .filter(exchange)
        .doFinally(end -> call.worked(Duration.ofNanos(Math.max(0, kernel.nanoTime() - begin))));
  }

  private static ServerRequest describe(ServerHttpRequest request) {
    URI uri = request.getURI();
    String scheme = uri.getScheme();
    String path = uri.getRawPath();
    return new ServerRequest(
        request.getMethod().name(),
        scheme == null ? "http" : scheme,
        path == null ? "/" : path,
        uri.getRawQuery(),
        null);
  }

  private static Mono<Void> answer(ServerWebExchange exchange, Refused refused) {
    ServerHttpResponse response = exchange.getResponse();
    byte[] problem = refused.problem().getBytes(StandardCharsets.UTF_8);
    response.setStatusCode(HttpStatusCode.valueOf(refused.status()));
    response.getHeaders().clearContentHeaders();
    response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    response.getHeaders().setContentLength(problem.length);
    String seconds = refused.retryAfterSeconds();
    String millis = refused.retryAfterMillis();
    if (seconds != null && millis != null) {
      response.getHeaders().set("Retry-After", seconds);
      response.getHeaders().set("retry-after-millis", millis);
    }
    return exchange.getRequest().getMethod().equals(HttpMethod.HEAD)
        ? response.setComplete()
        : response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(problem)));
  }

  /** Reads the headers of a request. */
  private static final class RequestHeaders implements TextMapGetter<ServerHttpRequest> {

    @Override
    public Iterable<String> keys(ServerHttpRequest request) {
      return request.getHeaders().headerNames();
    }

    @Override
    public @Nullable String get(@Nullable ServerHttpRequest request, String key) {
      return request == null ? null : request.getHeaders().getFirst(key);
    }

    @Override
    public Iterator<String> getAll(@Nullable ServerHttpRequest request, String key) {
      return request == null
          ? Collections.emptyIterator()
          : request.getHeaders().getOrEmpty(key).iterator();
    }
  }
}
