package dev.evenkeel.spring;

import dev.evenkeel.settings.SettingsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;

/** Applies what Spring Cloud says has changed in the environment; it need not be there. */
final class SettingsRefresh implements ApplicationListener<ApplicationEvent> {

  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentSettings.class);
  private static final String CHANGED =
      "org.springframework.cloud.context.environment.EnvironmentChangeEvent";

  private final EnvironmentSettings settings;

  SettingsRefresh(EnvironmentSettings settings) {
    this.settings = settings;
  }

  @Override
  public void onApplicationEvent(ApplicationEvent event) {
    if (event.getClass().getName().equals(CHANGED)) {
      try {
        settings.refresh();
      } catch (SettingsException wrong) {
        LOG.error("the new settings are refused, and the old ones kept: {}", wrong.getMessage());
      }
    }
  }
}
