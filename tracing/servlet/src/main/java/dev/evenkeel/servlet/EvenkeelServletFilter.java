package dev.evenkeel.servlet;

import dev.evenkeel.tracing.server.Refused;
import dev.evenkeel.tracing.server.ServerCall;
import dev.evenkeel.tracing.server.ServerCalls;
import dev.evenkeel.tracing.server.ServerPolicy;
import dev.evenkeel.tracing.server.ServerRequest;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Evenkeel before the servlets of a Jakarta container: the caller's trace, deadline and criticality
 * hold while the servlet runs, which is interrupted when the time is over; an asynchronous cycle is
 * ended. What is too late or too much is refused before it begins, with 504, 503 or 429 as
 * {@code application/problem+json}. A place in a limit is held until an asynchronous cycle has
 * ended.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic filter =
 *     servletContext.addFilter("evenkeel", EvenkeelServletFilter.with(policy));
 * filter.setAsyncSupported(true);
 * filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
 * }</pre>
 *
 * <p>Put it behind what observes requests, so that its refusals are observed too. Over HTTP/1.1 a
 * container notices that a client has gone only when it writes, over HTTP/2 at once if the servlet
 * is asynchronous. Then the call ends, and with it what the servlet has handed to
 * {@link dev.evenkeel.core.CallContext#onAbort}. Thread-safe.
 */
public final class EvenkeelServletFilter implements Filter {

  private static final TextMapGetter<HttpServletRequest> HEADERS = new RequestHeaders();

  private final ServerCalls calls;

  private EvenkeelServletFilter(ServerPolicy policy) {
    calls = ServerCalls.with(policy);
  }

  /**
   * A filter for one application.
   *
   * @param policy how it treats its calls
   * @return the filter
   */
  public static EvenkeelServletFilter with(ServerPolicy policy) {
    return new EvenkeelServletFilter(policy);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer
        && request.getDispatcherType() == DispatcherType.REQUEST) {
      filter(http, answer, chain);
    } else {
      chain.doFilter(request, response); // the same call again: dispatched, forwarded, included
    }
  }

  private void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServerCall call = calls.begin(request, HEADERS, describe(request));
    CompletableFuture<?> outcome = call.run(() -> {
      AsyncAwareRequest followed = new AsyncAwareRequest(request);
      chain.doFilter(followed, response);
      AsyncCycle cycle = followed.cycle();
      return cycle == null ? null : cycle.end();
    });
    if (!outcome.isDone()) {
      CompletionStage<?> ending = outcome;
      ending.whenComplete((done, failure) -> endAsync(call, request, response, failure));
      return;
    }
    Throwable failure = failure(outcome);
    if (failure == null) {
      call.end(response.getStatus(), null);
      return;
    }
    Refused refused = call.refusal(failure);
    if (refused == null) {
      call.end(500, failure);
      rethrow(failure);
      return;
    }
    try {
      answer(request, response, refused);
    } finally {
      call.end(refused.status(), null);
    }
  }

  private static void endAsync(
      ServerCall call,
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Throwable failure) {
    if (failure instanceof CancellationException) {
      call.abandoned();
      complete(request);
      return;
    }
    Refused refused = failure == null ? null : call.refusal(failure);
    if (refused == null) {
      call.end(response.getStatus(), failure == null ? null : ServerCall.unwrapped(failure));
      return;
    }
    try {
      answer(request, response, refused);
    } catch (IOException | IllegalStateException gone) {
      // The container has ended the cycle meanwhile: nobody is left to be told.
    } finally {
      call.end(refused.status(), null);
      complete(request);
    }
  }

  private static void complete(HttpServletRequest request) {
    try {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().complete();
      }
    } catch (IllegalStateException ended) {
      // by the container or the servlet, in the same moment
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

  private static void rethrow(Throwable failure) throws IOException, ServletException {
    if (failure instanceof IOException io) {
      throw io;
    } else if (failure instanceof ServletException servlet) {
      throw servlet;
    } else if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    } else if (failure instanceof Error error) {
      throw error;
    }
    throw new ServletException(failure);
  }

  private static ServerRequest describe(HttpServletRequest request) {
    return new ServerRequest(
        request.getMethod(),
        request.getScheme(),
        request.getRequestURI(),
        request.getQueryString(),
        route(request));
  }

  /** The servlet's own pattern; that of a framework inside is not known yet. */
  private static @Nullable String route(HttpServletRequest request) {
    String pattern = request.getHttpServletMapping().getPattern();
    return pattern == null || pattern.isEmpty() ? null : request.getContextPath() + pattern;
  }

  /** An answer that has begun cannot be taken back; what is left of it is not sent. */
  private static void answer(
      HttpServletRequest request, HttpServletResponse response, Refused refused)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.reset();
    byte[] problem = refused.problem().getBytes(StandardCharsets.UTF_8);
    response.setStatus(refused.status());
    response.setContentType("application/problem+json");
    response.setContentLength(problem.length);
    String seconds = refused.retryAfterSeconds();
    String millis = refused.retryAfterMillis();
    if (seconds != null && millis != null) {
      response.setHeader("Retry-After", seconds);
      response.setHeader("retry-after-millis", millis);
    }
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(problem);
    }
    response.flushBuffer();
  }

  /** Reads the headers of a request. */
  private static final class RequestHeaders implements TextMapGetter<HttpServletRequest> {

    @Override
    @SuppressWarnings("deprecation") // must be implemented all the same
    public Iterable<String> keys(HttpServletRequest request) {
      return Collections.list(request.getHeaderNames());
    }

    @Override
    public @Nullable String get(@Nullable HttpServletRequest request, String key) {
      return request == null ? null : request.getHeader(key);
    }

    @Override
    public Iterator<String> getAll(@Nullable HttpServletRequest request, String key) {
      Enumeration<String> values = request == null ? null : request.getHeaders(key);
      return values == null ? Collections.emptyIterator() : values.asIterator();
    }
  }
}
