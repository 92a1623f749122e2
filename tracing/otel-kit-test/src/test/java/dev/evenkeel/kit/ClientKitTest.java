package dev.evenkeel.kit;

import dev.evenkeel.http.EvenkeelHttpClient;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.instrumentation.testing.junit.InstrumentationExtension;
import io.opentelemetry.instrumentation.testing.junit.http.AbstractHttpClientTest;
import io.opentelemetry.instrumentation.testing.junit.http.HttpClientInstrumentationExtension;
import io.opentelemetry.instrumentation.testing.junit.http.HttpClientResult;
import io.opentelemetry.instrumentation.testing.junit.http.HttpClientTestOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OpenTelemetry's own tests for HTTP clients, against {@link EvenkeelHttpClient}. */
@ExtendWith(ExplainedFailures.class)
class ClientKitTest extends AbstractHttpClientTest<HttpRequest> {

  /** The first one and five redirects. */
  private static final int MOST_REQUESTS = 6;

  private static final int UNOPENED_PORT = 61;

  @RegisterExtension
  static final InstrumentationExtension TESTING = kit();

  private static InstrumentationExtension kit() {
    try {
      KitCertificate.trust();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
    return HttpClientInstrumentationExtension.forLibrary();
  }

  private final HttpClient client = EvenkeelHttpClient.builder(HttpClient.newBuilder()
          .version(Version.HTTP_1_1)
          .connectTimeout(CONNECTION_TIMEOUT)
          .build())
      .openTelemetry(TESTING.getOpenTelemetry())
      .followRedirects(Redirect.NORMAL)
      .build();

  @Override
  protected void configure(HttpClientTestOptions.Builder options) {
    options
        .disableTestWithClientParent(); // a span inside a foreign CLIENT span is made all the same
    options.setTestCaptureHttpHeaders(false); // no header becomes an attribute
    options.markAsLowLevelInstrumentation(); // a span for each redirect
    options.setMaxRedirects(MOST_REQUESTS);
    options.setResponseCodeOnRedirectError(302); // the last answer, not an exception
    options.spanEndsAfterBody(); // ofString has its answer when the body has come
    options.setHttpAttributes(ClientKitTest::attributes);
  }

  /** Where no answer came, nobody knows its protocol. */
  private static Set<AttributeKey<?>> attributes(URI uri) {
    Set<AttributeKey<?>> attributes = new HashSet<>(HttpClientTestOptions.DEFAULT_HTTP_ATTRIBUTES);
    if (uri.getPort() == UNOPENED_PORT || uri.getPath().equals("/read-timeout")) {
      attributes.remove(AttributeKey.stringKey("network.protocol.version"));
    }
    return attributes;
  }

  @Override
  public HttpRequest buildRequest(String method, URI uri, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody());
    headers.forEach(request::header);
    if (uri.getPath().contains("/read-timeout")) {
      request.timeout(READ_TIMEOUT);
    }
    return request.build();
  }

  @Override
  public int sendRequest(HttpRequest request, String method, URI uri, Map<String, String> headers)
      throws Exception {
    return client.send(request, BodyHandlers.ofString()).statusCode();
  }

  @Override
  public void sendRequestWithCallback(
      HttpRequest request,
      String method,
      URI uri,
      Map<String, String> headers,
      HttpClientResult result) {
    CompletionStage<HttpResponse<String>> sent = client.sendAsync(request, BodyHandlers.ofString());
    sent.whenComplete((answer, thrown) -> {
      if (thrown == null) {
        result.complete(answer.statusCode());
      } else {
        result.complete(thrown instanceof CompletionException ? thrown.getCause() : thrown);
      }
    });
  }
}
