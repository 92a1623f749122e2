package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.Pipelines;
import dev.evenkeel.micrometer.EvenkeelMetrics;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * The metrics of all pipelines, if {@code evenkeel-micrometer} is there. Spring Boot binds them to
 * its registries, as it does with every binder. {@code evenkeel.metrics.enabled=false} switches
 * them off.
 */
@AutoConfiguration(after = EvenkeelAutoConfiguration.class)
@ConditionalOnClass({EvenkeelMetrics.class, MeterRegistry.class})
@ConditionalOnBean(Pipelines.class)
@ConditionalOnBooleanProperty(name = "evenkeel.metrics.enabled", matchIfMissing = true)
public final class EvenkeelMetricsAutoConfiguration {

  /** Made by Spring. */
  public EvenkeelMetricsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  EvenkeelMetrics evenkeelMetrics(Pipelines registry) {
    return EvenkeelMetrics.of(registry);
  }
}
