package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether a GET is answered, body and all, with a status below 400, as Kubernetes takes it.
 * Redirects are not followed unless the client does. The client may be an
 * {@code EvenkeelHttpClient}, which is one: deadline, trace and allowed hosts then hold for the
 * check too. Behind the breaker that guards the real calls there is no need for this check: see
 * {@link dev.evenkeel.healthcheck.HealthBuilder#pipeline}. Thread-safe.
 */
public final class HttpCheck implements HealthCheck {

  private static final Duration TIMEOUT = Duration.ofMillis(800);
  private static final int FIRST_FAILURE = 400;

  private final HttpClient client;
  private final HttpRequest request;
  private final Duration timeout;

  private HttpCheck(HttpClient client, HttpRequest request, Duration timeout) {
    this.client = Checks.notNull("client", client);
    this.request = Checks.notNull("request", request);
    this.timeout = timeout;
    Checks.positiveNanos("timeout", timeout);
  }

  /**
   * A GET within 800 ms.
   *
   * @param client the client, to be shared with others
   * @param uri what to get
   * @return the check
   */
  public static HttpCheck get(HttpClient client, URI uri) {
    return of(client, HttpRequest.newBuilder(Checks.notNull("uri", uri)).build());
  }

  /**
   * Any request within 800 ms, such as one with a header that is needed.
   *
   * @param client the client, to be shared with others
   * @param request the request; a timeout of its own is not needed
   * @return the check
   */
  public static HttpCheck of(HttpClient client, HttpRequest request) {
    return of(client, request, TIMEOUT);
  }

  /**
   * Any request within a time.
   *
   * @param client the client, to be shared with others
   * @param request the request; a timeout of its own is not needed
   * @param timeout for connecting, headers and body together; more than 0, and shorter than the
   *     check's time limit
   * @return the check
   */
  public static HttpCheck of(HttpClient client, HttpRequest request, Duration timeout) {
    return new HttpCheck(client, request, timeout);
  }

  /** Not by the request's timeout, which does not cover the body before JDK 26. */
  @Override
  public CheckResult check() throws Exception {
    CompletableFuture<HttpResponse<Void>> exchange =
        client.sendAsync(request, BodyHandlers.discarding());
    try {
      int status = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS).statusCode();
      CheckResult result =
          status < FIRST_FAILURE ? CheckResult.up() : CheckResult.down("answered " + status);
      return result.with("status", status);
    } catch (TimeoutException late) {
      return CheckResult.down("no whole answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    } finally {
      exchange.cancel(true); // closes the connection of what is not over
    }
  }
}
