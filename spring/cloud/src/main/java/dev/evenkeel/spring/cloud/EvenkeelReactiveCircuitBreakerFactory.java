package dev.evenkeel.spring.cloud;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineBuilder;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.reactor.ReactivePipeline;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud's circuit breakers for {@code Mono} and {@code Flux}, over the same pipelines as
 * {@link EvenkeelCircuitBreakerFactory}. Needs {@code evenkeel-reactor}.
 *
 * <p>Each subscription is a call. The fallback of a stream is asked as Spring Cloud says, also
 * after elements have gone out. Without one the failure itself reaches the subscriber, and not in a
 * {@code NoFallbackAvailableException}; so does an {@link Error}. Thread-safe.
 *
 * <p>For the HTTP service group {@code inventory} Spring Cloud asks for {@code inventory-reactive}:
 * without a pipeline of that name it gets the group's, {@code inventory}.
 */
public final class EvenkeelReactiveCircuitBreakerFactory
    extends ReactiveCircuitBreakerFactory<Consumer<PipelineBuilder>, PipelineSetup> {

  /** What Spring Cloud puts behind the name of an HTTP service group that is reactive. */
  private static final String OF_REACTIVE_GROUP = "-reactive";

  private final CloudPipelines pipelines;

  /**
   * A factory over a registry.
   *
   * @param registry where pipelines are found and put
   */
  public EvenkeelReactiveCircuitBreakerFactory(Pipelines registry) {
    pipelines = new CloudPipelines(Checks.notNull("registry", registry));
  }

  @Override
  public ReactiveCircuitBreaker create(String id) {
    return breaker(pipelines.of(id, group(id), getConfigurations()));
  }

  @Override
  public ReactiveCircuitBreaker create(String id, String groupName) {
    return breaker(pipelines.of(id, groupName, getConfigurations()));
  }

  private static @Nullable String group(@Nullable String id) {
    return id != null && id.endsWith(OF_REACTIVE_GROUP)
        ? id.substring(0, id.length() - OF_REACTIVE_GROUP.length())
        : null;
  }

  @Override
  protected PipelineSetup configBuilder(String id) {
    return new PipelineSetup();
  }

  @Override
  public void configureDefault(Function<String, Consumer<PipelineBuilder>> defaultConfiguration) {
    pipelines.defaults(defaultConfiguration);
  }

  private static ReactiveCircuitBreaker breaker(Pipeline pipeline) {
    ReactivePipeline through = ReactivePipeline.of(pipeline);
    return new ReactiveCircuitBreaker() {

      @Override
      public <T> Mono<T> run(Mono<T> toRun) {
        return through.mono(toRun);
      }

      @Override
      public <T> Flux<T> run(Flux<T> toRun) {
        return through.flux(toRun);
      }

      @Override
      public <T> Mono<T> run(Mono<T> toRun, @Nullable Function<Throwable, Mono<T>> fallback) {
        Mono<T> call = through.mono(toRun);
        return fallback == null ? call : call.onErrorResume(Exception.class, fallback);
      }

      @Override
      public <T> Flux<T> run(Flux<T> toRun, @Nullable Function<Throwable, Flux<T>> fallback) {
        Flux<T> call = through.flux(toRun);
        return fallback == null ? call : call.onErrorResume(Exception.class, fallback);
      }

      @Override
      public String toString() {
        return "ReactiveCircuitBreaker(" + pipeline + ")";
      }
    };
  }
}
