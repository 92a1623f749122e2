package dev.evenkeel.spring.http;

import dev.evenkeel.core.Pipelines;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.servlet.EvenkeelServletFilter;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.spring.EvenkeelProperties;
import dev.evenkeel.spring.web.EvenkeelWebFilter;
import dev.evenkeel.tracing.SpanMode;
import dev.evenkeel.tracing.server.EdgeTrust;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.time.Duration;
import java.util.Locale;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.server.WebFilter;

/**
 * The caller's deadline and criticality for what the application serves: a servlet filter with
 * {@code evenkeel-servlet}, a WebFlux filter with {@code evenkeel-spring-web} and
 * {@code evenkeel-reactor}. A bean of type {@link ServerPolicy} says more, limits for example.
 * {@code evenkeel.server.enabled=false} switches it off. If {@code evenkeel.observe-only} is true
 * at the start, no deadline is taken or set, so that none can end a call.
 */
@AutoConfiguration(after = EvenkeelAutoConfiguration.class)
@ConditionalOnClass(ServerPolicy.class)
@ConditionalOnBean(Pipelines.class)
@ConditionalOnBooleanProperty(name = "evenkeel.server.enabled", matchIfMissing = true)
public final class EvenkeelServerAutoConfiguration {

  /** Behind Spring's observation, so that refusals are observed, and before security. */
  private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

  private static final String DEADLINE = "evenkeel.server.default-deadline";

  /** Made by Spring. */
  public EvenkeelServerAutoConfiguration() {}

  private static ServerPolicy policy(EvenkeelProperties properties, Environment environment) {
    EvenkeelProperties.Server server = properties.getServer();
    boolean observeOnly = "true".equalsIgnoreCase(environment.getProperty("evenkeel.observe-only"));
    ServerPolicy.Builder builder = ServerPolicy.builder(
            environment.getProperty("spring.application.name", "server"))
        .edgeTrust(observeOnly ? EdgeTrust.IGNORE : trust(server.getEdgeTrust()))
        .spanMode(SpanMode.NEVER); // Spring's observation makes them
    Duration time = server.getDefaultDeadline();
    checkUnit(environment);
    return time == null || observeOnly
        ? builder.build()
        : builder.defaultDeadline(time).build();
  }

  private static EdgeTrust trust(String text) {
    try {
      return EdgeTrust.valueOf(text.trim().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new InvalidConfigurationPropertyValueException(
          "evenkeel.server.edge-trust", text, "Expected: accept, clamp or ignore.");
    }
  }

  /** To Spring a bare number is milliseconds, and nobody sees that it is. */
  private static void checkUnit(Environment environment) {
    String text =
        Binder.get(environment).bind(DEADLINE, String.class).orElse("").strip();
    if (!text.isEmpty() && text.chars().allMatch(Character::isDigit)) {
      throw new InvalidConfigurationPropertyValueException(
          DEADLINE, text, "Expected: a unit: " + text + "ms or " + text + "s?");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass({EvenkeelServletFilter.class, FilterRegistrationBean.class})
  static class Servlet {

    @Bean
    @ConditionalOnMissingBean
    ServerPolicy evenkeelServerPolicy(EvenkeelProperties properties, Environment environment) {
      return policy(properties, environment);
    }

    @Bean
    @ConditionalOnMissingBean(name = "evenkeelServletFilter")
    FilterRegistrationBean<EvenkeelServletFilter> evenkeelServletFilter(ServerPolicy policy) {
      FilterRegistrationBean<EvenkeelServletFilter> filter =
          new FilterRegistrationBean<>(EvenkeelServletFilter.with(policy));
      filter.setOrder(ORDER);
      filter.setAsyncSupported(true);
      return filter;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass({EvenkeelWebFilter.class, ReactivePipeline.class, WebFilter.class})
  static class Reactive {

    @Bean
    @ConditionalOnMissingBean
    ServerPolicy evenkeelServerPolicy(EvenkeelProperties properties, Environment environment) {
      return policy(properties, environment);
    }

    @Bean
    @ConditionalOnMissingBean
    EvenkeelWebFilter evenkeelWebFilter(ServerPolicy policy) {
      return EvenkeelWebFilter.with(policy);
    }
  }
}
