package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.spring.EnvironmentSettings;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.spring.EvenkeelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/** The actuator endpoint, where it is exposed. */
@AutoConfiguration(after = EvenkeelAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(endpoint = EvenkeelEndpoint.class)
@ConditionalOnBean(Pipelines.class)
@ImportRuntimeHints(EndpointHints.class)
public final class EvenkeelEndpointAutoConfiguration {

  /** Made by Spring. */
  public EvenkeelEndpointAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  static PipelineEvents evenkeelPipelineEvents(
      EvenkeelProperties properties, ObjectProvider<Kernel> kernel) {
    int size = properties.getEvents().getBufferSize();
    try {
      return new PipelineEvents(size, kernel.getIfAvailable(Kernel::system));
    } catch (IllegalArgumentException wrong) {
      throw new InvalidConfigurationPropertyValueException(
          "evenkeel.events.buffer-size", size, String.valueOf(wrong.getMessage()));
    }
  }

  @Bean
  @ConditionalOnMissingBean
  EvenkeelEndpoint evenkeelEndpoint(
      Pipelines registry,
      PipelineEvents events,
      EnvironmentSettings settings,
      ObjectProvider<Kernel> kernel) {
    return new EvenkeelEndpoint(registry, events, settings, kernel.getIfAvailable(Kernel::system));
  }
}
