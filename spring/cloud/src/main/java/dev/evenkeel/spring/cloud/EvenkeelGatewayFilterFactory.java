package dev.evenkeel.spring.cloud;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.PipelineException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import org.springframework.cloud.gateway.filter.factory.SpringCloudCircuitBreakerFilterFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud Gateway's filter {@code CircuitBreaker}, which Spring Cloud itself registers beside
 * Resilience4j only. Its {@code name} is the pipeline's. Without a {@code fallbackUri} a refusal is
 * answered with 503, and a timeout with 504. Thread-safe.
 *
 * <p>A retry in the pipeline would send the request of a route again, whose body may be spent: use
 * Gateway's own {@code Retry} filter, and a pipeline without one.
 */
public final class EvenkeelGatewayFilterFactory extends SpringCloudCircuitBreakerFilterFactory {

  /**
   * The filter.
   *
   * @param factory makes the circuit breakers
   * @param handler where fallbacks are forwarded to
   */
  public EvenkeelGatewayFilterFactory(
      ReactiveCircuitBreakerFactory<?, ?> factory, ObjectProvider<DispatcherHandler> handler) {
    super(factory, handler);
  }

  @Override
  protected Mono<Void> handleErrorWithoutFallback(Throwable failure, boolean resumeWithoutError) {
    if (failure instanceof CallRefusedException) {
      return Mono.error(new ResponseStatusException(
          HttpStatus.SERVICE_UNAVAILABLE, failure.getMessage(), failure));
    }
    if (failure instanceof PipelineException) {
      return Mono.error(
          new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, failure.getMessage(), failure));
    }
    return resumeWithoutError ? Mono.empty() : Mono.error(failure);
  }
}
