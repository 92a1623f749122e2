package dev.evenkeel.spring.web;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Sends the requests of a {@code WebClient} through a pipeline. Needs {@code evenkeel-reactor}.
 *
 * <pre>{@code
 * WebClient client = WebClient.builder()
 *     .filter(EvenkeelExchangeFilter.with(ClientPolicy.builder().pipeline(stock).build()))
 *     .build();
 * }</pre>
 *
 * <ul>
 *   <li>5xx, 429 and 408 are failures to the pipeline; the subscriber gets the last answer itself,
 *       never an exception instead of one.
 *   <li>Retries and hedges hold for idempotent methods and requests with an
 *       {@code Idempotency-Key}, and only without a body, see
 *       {@link ClientPolicy.Builder#repeatableBodies}.
 *   <li>The pipeline's timeout and the caller's deadline hold for the answer and its body together;
 *       when the time is over, or the subscriber cancels, the connection is closed.
 *   <li>Deadline, attempt, criticality and keys go on to the server, if its host is allowed.
 * </ul>
 *
 * <p>Put it before filters that have to see each attempt. Thread-safe.
 */
public final class EvenkeelExchangeFilter implements ExchangeFilterFunction {

  private final ClientPolicy policy;

  private EvenkeelExchangeFilter(ClientPolicy policy) {
    this.policy = policy;
  }

  /**
   * A filter for one or more clients.
   *
   * @param policy how their requests are made
   * @return the filter
   */
  public static EvenkeelExchangeFilter with(ClientPolicy policy) {
    return new EvenkeelExchangeFilter(Checks.notNull("policy", policy));
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // there is one inserter of nothing
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return Mono.deferContextual(view -> {
      HttpHeaders headers = request.headers();
      CallContext context = ClientPolicy.withKey(inForce(view), headers);
      Pipeline pipeline = policy.pipeline(
          request.method().name(),
          request.url(),
          request.attributes(),
          ClientPolicy.hasKey(context, headers),
          request.body() == BodyInserters.empty());
      return new ExchangeCall(policy, pipeline, request, next, context)
          .make()
          .contextWrite(ReactivePipeline.context(context));
    });
  }

  private static CallContext inForce(ContextView view) {
    Object brought = view.getOrDefault(ReactivePipeline.CONTEXT_KEY, null);
    return brought instanceof CallContext context
        ? context
        : CallContexts.effective(Context.current());
  }

  @Override
  public String toString() {
    return "EvenkeelExchangeFilter(" + policy + ")";
  }
}
