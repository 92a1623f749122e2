package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.Pipelines;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.spring.EvenkeelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.context.annotation.Bean;

/** The health of pipelines; {@code management.health.evenkeel.enabled=false} switches it off. */
@AutoConfiguration(
    after = {EvenkeelAutoConfiguration.class, EvenkeelEndpointAutoConfiguration.class},
    beforeName =
        "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({CompositeHealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Pipelines.class)
@ConditionalOnEnabledHealthIndicator("evenkeel")
public final class EvenkeelHealthAutoConfiguration {

  /** Made by Spring. */
  public EvenkeelHealthAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = "evenkeelHealthContributor")
  EvenkeelHealth evenkeelHealthContributor(
      Pipelines registry, ObjectProvider<PipelineEvents> events, EvenkeelProperties properties) {
    return new EvenkeelHealth(
        registry, events.getIfAvailable(), properties.getHealth().getAllowToFail());
  }
}
