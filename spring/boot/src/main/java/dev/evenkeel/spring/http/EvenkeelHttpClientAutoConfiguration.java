package dev.evenkeel.spring.http;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.spring.EvenkeelProperties;
import dev.evenkeel.spring.web.ClientPolicy;
import dev.evenkeel.spring.web.EvenkeelClientInterceptor;
import dev.evenkeel.spring.web.EvenkeelExchangeFilter;
import dev.evenkeel.tracing.AllowedHosts;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.RestTemplateCustomizer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * Deadlines and pipelines for the HTTP clients that Spring Boot builds, if
 * {@code evenkeel-spring-web} is there. {@code evenkeel.restclient.enabled=false} switches it off
 * for {@code RestClient} and {@code RestTemplate}, {@code evenkeel.webclient.enabled=false} for
 * {@code WebClient}, which needs {@code evenkeel-reactor}.
 */
@AutoConfiguration(after = EvenkeelAutoConfiguration.class)
@ConditionalOnClass(ClientPolicy.class)
@ConditionalOnBean(Pipelines.class)
public final class EvenkeelHttpClientAutoConfiguration {

  /** Outermost, so that every other one sees each attempt. */
  private static final int FIRST = Ordered.HIGHEST_PRECEDENCE + 100;

  /** Made by Spring. */
  public EvenkeelHttpClientAutoConfiguration() {}

  /** Spring's observation of the client writes the trace. */
  @Bean
  @ConditionalOnMissingBean
  ClientPolicy evenkeelClientPolicy(EvenkeelProperties properties, Pipelines registry) {
    EvenkeelProperties.Http http = properties.getHttp();
    return ClientPolicy.builder()
        .registry(registry)
        .pipelineFor(uri -> pipeline(uri, http.getHosts(), registry))
        .allowedHosts(allowed(http.getAllowedHosts()))
        .repeatableBodies(http.isRepeatableBodies())
        .openTelemetry(OpenTelemetry.noop())
        .build();
  }

  private static AllowedHosts allowed(List<String> hosts) {
    try {
      return hosts.isEmpty() ? AllowedHosts.all() : AllowedHosts.of(hosts.toArray(String[]::new));
    } catch (IllegalArgumentException wrong) {
      throw new InvalidConfigurationPropertyValueException(
          "evenkeel.http.allowed-hosts", hosts, String.valueOf(wrong.getMessage()));
    }
  }

  private static @Nullable Pipeline pipeline(
      URI uri, Map<String, String> pipelines, Pipelines registry) {
    String host = uri.getHost();
    if (host == null || pipelines.isEmpty()) {
      return null;
    }
    String ofPort = pipelines.get(host + ":" + uri.getPort());
    String name = ofPort == null ? pipelines.get(host) : ofPort;
    return name == null ? null : registry.find(name).orElse(null);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({RestClient.class, RestClientCustomizer.class})
  @ConditionalOnBooleanProperty(name = "evenkeel.restclient.enabled", matchIfMissing = true)
  static class Blocking {

    @Bean
    @Order(FIRST)
    @ConditionalOnMissingBean(name = "evenkeelRestClientCustomizer")
    RestClientCustomizer evenkeelRestClientCustomizer(ClientPolicy policy) {
      return builder -> builder.requestInterceptor(EvenkeelClientInterceptor.with(policy));
    }

    @Bean
    @Order(FIRST)
    @ConditionalOnMissingBean(name = "evenkeelRestTemplateCustomizer")
    RestTemplateCustomizer evenkeelRestTemplateCustomizer(ClientPolicy policy) {
      return template -> template.getInterceptors().add(0, EvenkeelClientInterceptor.with(policy));
    }

    @Bean
    @ConditionalOnMissingBean(name = "evenkeelRestClientGroups")
    RestClientHttpServiceGroupConfigurer evenkeelRestClientGroups(EvenkeelProperties properties) {
      Map<String, String> pipelines = properties.getHttp().getGroups();
      return groups -> pipelines.forEach((name, pipeline) -> groups
          .filterByName(name)
          .forEachClient((group, client) -> client.defaultRequest(
              request -> request.attributes(ClientPolicy.through(pipeline)))));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({WebClient.class, WebClientCustomizer.class, ReactivePipeline.class})
  @ConditionalOnBooleanProperty(name = "evenkeel.webclient.enabled", matchIfMissing = true)
  static class Reactive {

    @Bean
    @Order(FIRST)
    @ConditionalOnMissingBean(name = "evenkeelWebClientCustomizer")
    WebClientCustomizer evenkeelWebClientCustomizer(ClientPolicy policy) {
      return builder -> builder.filter(EvenkeelExchangeFilter.with(policy));
    }

    @Bean
    @ConditionalOnMissingBean(name = "evenkeelWebClientGroups")
    WebClientHttpServiceGroupConfigurer evenkeelWebClientGroups(EvenkeelProperties properties) {
      Map<String, String> pipelines = properties.getHttp().getGroups();
      return groups -> pipelines.forEach((name, pipeline) -> groups
          .filterByName(name)
          .forEachClient((group, client) -> client.defaultRequest(
              request -> request.attributes(ClientPolicy.through(pipeline)))));
    }
  }
}
