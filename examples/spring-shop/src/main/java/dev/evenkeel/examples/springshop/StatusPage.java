package dev.evenkeel.examples.springshop;

import dev.evenkeel.core.Pipelines;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.http.Details;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import dev.evenkeel.healthcheck.servlet.HealthServlet;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The page for a browser: all pipelines at a glance. Optional, as all of {@code healthcheck} is.
 */
@Configuration(proxyBeanMethods = false)
class StatusPage {

  @Bean
  Health health(Pipelines pipelines) {
    return Health.builder().pipelines(pipelines).start();
  }

  @Bean
  ServletRegistrationBean<HealthServlet> statusServlet(Health health) {
    HealthEndpoint page =
        HealthEndpoint.of(health).at("/status").title("Shop").details(Details.forLocalCaller());
    return new ServletRegistrationBean<>(new HealthServlet(page), "/status/*");
  }
}
