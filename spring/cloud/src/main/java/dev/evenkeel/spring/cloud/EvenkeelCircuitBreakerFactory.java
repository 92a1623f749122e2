package dev.evenkeel.spring.cloud;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineBuilder;
import dev.evenkeel.core.Pipelines;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.cloud.client.circuitbreaker.CircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;

/**
 * Spring Cloud's circuit breakers for blocking calls. The one of an id is the pipeline of that
 * name: configured by {@code evenkeel.pipelines.<id>.*}, by a {@code PipelineCustomizer}, or here.
 * An id that nobody has configured gets the pipeline of its group, if there is one, and else a new
 * one with a standard circuit breaker, and nothing else: no timeout.
 *
 * <p>Calls are made on their caller's thread. Without a fallback the dependency's own exception
 * reaches the caller, or a {@link dev.evenkeel.core.PipelineException}; it is not wrapped.
 * Thread-safe.
 */
public final class EvenkeelCircuitBreakerFactory
    extends CircuitBreakerFactory<Consumer<PipelineBuilder>, PipelineSetup> {

  private final CloudPipelines pipelines;

  /**
   * A factory over a registry.
   *
   * @param registry where pipelines are found and put
   */
  public EvenkeelCircuitBreakerFactory(Pipelines registry) {
    pipelines = new CloudPipelines(Checks.notNull("registry", registry));
  }

  @Override
  public CircuitBreaker create(String id) {
    return breaker(pipelines.of(id, null, getConfigurations()));
  }

  @Override
  public CircuitBreaker create(String id, String groupName) {
    return breaker(pipelines.of(id, groupName, getConfigurations()));
  }

  @Override
  protected PipelineSetup configBuilder(String id) {
    return new PipelineSetup();
  }

  @Override
  public void configureDefault(Function<String, Consumer<PipelineBuilder>> defaultConfiguration) {
    pipelines.defaults(defaultConfiguration);
  }

  private static CircuitBreaker breaker(Pipeline pipeline) {
    return new CircuitBreaker() {

      @Override
      public <T> T run(Supplier<T> toRun) {
        return pipeline.<T, RuntimeException>call(toRun::get);
      }

      @Override
      public <T> T run(Supplier<T> toRun, Function<Throwable, T> fallback) {
        return pipeline.call(toRun::get, fallback);
      }

      @Override
      public String toString() {
        return "CircuitBreaker(" + pipeline + ")";
      }
    };
  }
}
