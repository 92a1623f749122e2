package dev.evenkeel.spring;

import dev.evenkeel.core.Pipelines;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * The registry of pipelines and the annotations. {@code evenkeel.enabled=false} switches all of
 * Evenkeel's auto-configuration off.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "evenkeel.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EvenkeelProperties.class)
public final class EvenkeelAutoConfiguration {

  /** Made by Spring. */
  public EvenkeelAutoConfiguration() {}

  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static PipelineLookup evenkeelPipelineLookup(BeanFactory beans, Environment environment) {
    return new PipelineLookup(beans, environment);
  }

  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static ResilientBeanPostProcessor evenkeelResilientBeanPostProcessor(PipelineLookup lookup) {
    return new ResilientBeanPostProcessor(lookup);
  }

  @Bean
  RegistryFiller evenkeelRegistryFiller(ListableBeanFactory beans, Environment environment) {
    return new RegistryFiller(beans, environment);
  }

  @Bean
  @ConditionalOnMissingBean
  Pipelines evenkeelPipelines(RegistryFiller filler) {
    Pipelines registry = Pipelines.create(filler::common);
    filler.named(registry);
    return registry;
  }

  @Bean
  EnvironmentSettings evenkeelEnvironmentSettings(RegistryFiller filler, Pipelines registry) {
    return filler.settings(registry);
  }

  @Bean
  SettingsRefresh evenkeelSettingsRefresh(EnvironmentSettings settings) {
    return new SettingsRefresh(settings);
  }

  @Bean
  ResilienceStart evenkeelResilienceStart(
      Pipelines registry,
      RegistryFiller filler,
      PipelineLookup lookup,
      EvenkeelProperties properties,
      Environment environment) {
    return new ResilienceStart(registry, filler, lookup, properties, environment);
  }
}
