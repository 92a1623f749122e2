package dev.evenkeel.spring.web;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Sends the requests of a {@code RestClient} or a {@code RestTemplate} through a pipeline, whatever
 * request factory they have.
 *
 * <pre>{@code
 * RestClient client = RestClient.builder()
 *     .requestInterceptor(
 *         EvenkeelClientInterceptor.with(ClientPolicy.builder().pipeline(stock).build()))
 *     .build();
 * }</pre>
 *
 * <ul>
 *   <li>5xx, 429 and 408 are failures to the pipeline; the caller gets the last answer itself,
 *       never an exception of the pipeline instead of one.
 *   <li>Retries and hedges hold for idempotent methods and requests with an
 *       {@code Idempotency-Key}; bodies are sent again.
 *   <li>The pipeline's timeout and the caller's deadline hold for the answer and its body together.
 *       The thread that sends is interrupted, which the JDK's and Apache's client listen to, and
 *       the JDK's {@code HttpURLConnection} does not; a body is closed.
 *   <li>Deadline, attempt, criticality and keys go on to the server, if its host is allowed.
 * </ul>
 *
 * <p>Put it before interceptors that have to see each attempt. Thread-safe.
 */
public final class EvenkeelClientInterceptor implements ClientHttpRequestInterceptor {

  private final ClientPolicy policy;

  private EvenkeelClientInterceptor(ClientPolicy policy) {
    this.policy = policy;
  }

  /**
   * An interceptor for one or more clients.
   *
   * @param policy how their requests are made
   * @return the interceptor
   */
  public static EvenkeelClientInterceptor with(ClientPolicy policy) {
    return new EvenkeelClientInterceptor(Checks.notNull("policy", policy));
  }

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
    HttpHeaders headers = request.getHeaders();
    CallContext context = ClientPolicy.withKey(CallContexts.effective(Context.current()), headers);
    Pipeline pipeline = policy.pipeline(
        request.getMethod().name(),
        request.getURI(),
        request.getAttributes(),
        ClientPolicy.hasKey(context, headers),
        true);
    BlockingExchange exchange =
        new BlockingExchange(policy, pipeline, request, body, execution, context);
    return context.call(exchange::make);
  }

  @Override
  public String toString() {
    return "EvenkeelClientInterceptor(" + policy + ")";
  }
}
