package dev.evenkeel.spring.cloud;

import dev.evenkeel.core.Pipelines;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;
import org.springframework.cloud.client.circuitbreaker.Customizer;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import org.springframework.cloud.gateway.filter.factory.SpringCloudCircuitBreakerFilterFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * The factories of Spring Cloud's circuit breakers; {@code evenkeel.cloud.enabled=false} switches
 * them off. Beans of type {@link Customizer} of a factory are asked when it is made.
 */
@AutoConfiguration(
    after = EvenkeelAutoConfiguration.class,
    beforeName = "org.springframework.cloud.client.CommonsClientAutoConfiguration")
@ConditionalOnBean(Pipelines.class)
@ConditionalOnBooleanProperty(name = "evenkeel.cloud.enabled", matchIfMissing = true)
public final class EvenkeelCloudAutoConfiguration {

  /** Made by Spring. */
  public EvenkeelCloudAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(CircuitBreakerFactory.class)
  EvenkeelCircuitBreakerFactory evenkeelCircuitBreakerFactory(
      Pipelines registry, ObjectProvider<Customizer<EvenkeelCircuitBreakerFactory>> customizers) {
    EvenkeelCircuitBreakerFactory factory = new EvenkeelCircuitBreakerFactory(registry);
    List<Customizer<EvenkeelCircuitBreakerFactory>> all =
        customizers.orderedStream().toList();
    all.forEach(one -> one.customize(factory));
    return factory;
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({ReactivePipeline.class, ReactiveCircuitBreakerFactory.class})
  static class Reactive {

    @Bean
    @ConditionalOnMissingBean(ReactiveCircuitBreakerFactory.class)
    EvenkeelReactiveCircuitBreakerFactory evenkeelReactiveCircuitBreakerFactory(
        Pipelines registry,
        ObjectProvider<Customizer<EvenkeelReactiveCircuitBreakerFactory>> customizers) {
      EvenkeelReactiveCircuitBreakerFactory factory =
          new EvenkeelReactiveCircuitBreakerFactory(registry);
      customizers.orderedStream().toList().forEach(one -> one.customize(factory));
      return factory;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({
    ReactivePipeline.class,
    DispatcherHandler.class,
    SpringCloudCircuitBreakerFilterFactory.class
  })
  @ConditionalOnBooleanProperty(
      name = "spring.cloud.gateway.server.webflux.enabled",
      matchIfMissing = true)
  static class Gateway {

    @Bean
    @ConditionalOnMissingBean(SpringCloudCircuitBreakerFilterFactory.class)
    EvenkeelGatewayFilterFactory evenkeelGatewayFilterFactory(
        ReactiveCircuitBreakerFactory<?, ?> factory, ObjectProvider<DispatcherHandler> handler) {
      return new EvenkeelGatewayFilterFactory(factory, handler);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      value = HandlerExceptionResolver.class,
      name = "org.springframework.cloud.gateway.server.mvc.filter.CircuitBreakerFilterFunctions")
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnBooleanProperty(
      name = "spring.cloud.gateway.server.webmvc.enabled",
      matchIfMissing = true)
  static class GatewayMvc {

    @Bean
    @ConditionalOnMissingBean
    GatewayMvcStatus evenkeelGatewayMvcStatus() {
      return new GatewayMvcStatus();
    }
  }
}
