package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Whether a GET is answered with a status below 400, as Kubernetes takes it. Redirects are not
 * followed unless the client does. Thread-safe.
 */
public final class HttpCheck implements HealthCheck {

  private static final int FIRST_FAILURE = 400;

  private final HttpClient client;
  private final HttpRequest request;

  private HttpCheck(HttpClient client, HttpRequest request) {
    this.client = client;
    this.request = request;
  }

  /**
   * A GET within 800 ms.
   *
   * @param client the client, to be shared with others
   * @param uri what to get
   * @return the check
   */
  public static HttpCheck get(HttpClient client, URI uri) {
    return of(
        client,
        HttpRequest.newBuilder(Checks.notNull("uri", uri))
            .timeout(Duration.ofMillis(800))
            .build());
  }

  /**
   * Any request, such as one with a header that is needed.
   *
   * @param client the client, to be shared with others
   * @param request the request; it should have a timeout shorter than the check's time limit
   * @return the check
   */
  public static HttpCheck of(HttpClient client, HttpRequest request) {
    return new HttpCheck(Checks.notNull("client", client), Checks.notNull("request", request));
  }

  @Override
  public CheckResult check() throws IOException, InterruptedException {
    int status = client.send(request, BodyHandlers.discarding()).statusCode();
    CheckResult result =
        status < FIRST_FAILURE ? CheckResult.up() : CheckResult.down("answered " + status);
    return result.with("status", status);
  }
}
