package dev.evenkeel.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.servlet.EvenkeelServletFilter;
import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.spring.web.EvenkeelWebFilter;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.Ordered;

/** The filters before what the application serves: there when they should be, as configured. */
class ServerFiltersTest {

  private static final AutoConfigurations OURS =
      AutoConfigurations.of(EvenkeelAutoConfiguration.class, EvenkeelServerAutoConfiguration.class);

  private final WebApplicationContextRunner servlet =
      new WebApplicationContextRunner().withConfiguration(OURS);
  private final ReactiveWebApplicationContextRunner reactive =
      new ReactiveWebApplicationContextRunner().withConfiguration(OURS);

  @Test
  void servlet_hasTheFilterBehindTheObservation() {
    servlet
        .withPropertyValues(
            "spring.application.name=orders",
            "evenkeel.server.default-deadline=2s",
            "evenkeel.server.edge-trust=clamp")
        .run(context -> {
          FilterRegistrationBean<?> filter = context.getBean(FilterRegistrationBean.class);
          assertThat(filter.getFilter()).isInstanceOf(EvenkeelServletFilter.class);
          assertThat(filter.isAsyncSupported()).isTrue();
          assertThat(filter.getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE + 100);
          assertThat(context.getBean(ServerPolicy.class))
              .hasToString("ServerPolicy(orders, CLAMP, PT2S)");
          assertThat(context).doesNotHaveBean(EvenkeelWebFilter.class);
        });
  }

  @Test
  void observeOnly_takesAndSetsNoDeadline() {
    reactive
        .withPropertyValues("evenkeel.observe-only=true", "evenkeel.server.default-deadline=2s")
        .run(context -> assertThat(context.getBean(ServerPolicy.class))
            .hasToString("ServerPolicy(server, IGNORE, no deadline of its own)"));
  }

  @Test
  void webFlux_hasTheWebFilter() {
    reactive.run(context -> {
      assertThat(context).hasSingleBean(EvenkeelWebFilter.class);
      assertThat(context).doesNotHaveBean(FilterRegistrationBean.class);
      assertThat(context.getBean(ServerPolicy.class))
          .hasToString("ServerPolicy(server, ACCEPT, no deadline of its own)");
    });
  }

  @Test
  void each_canBeSwitchedOff_andOwnBeansWin() {
    servlet
        .withPropertyValues("evenkeel.server.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(FilterRegistrationBean.class));
    reactive
        .withPropertyValues("evenkeel.server.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(EvenkeelWebFilter.class));
    ServerPolicy own = ServerPolicy.standard("own");
    servlet
        .withBean(ServerPolicy.class, () -> own)
        .run(context -> assertThat(context.getBean(ServerPolicy.class)).isSameAs(own));
    EvenkeelWebFilter filter = EvenkeelWebFilter.with(own);
    reactive
        .withBean(EvenkeelWebFilter.class, () -> filter)
        .run(context -> assertThat(context.getBean(EvenkeelWebFilter.class)).isSameAs(filter));
  }

  @Test
  void withoutTheOptionalLibraries_thereIsNoFilter() {
    servlet
        .withClassLoader(new FilteredClassLoader(EvenkeelServletFilter.class))
        .run(context -> {
          assertThat(context).hasNotFailed();
          assertThat(context).doesNotHaveBean(FilterRegistrationBean.class);
        });
    reactive.withClassLoader(new FilteredClassLoader(ReactivePipeline.class)).run(context -> {
      assertThat(context).hasNotFailed();
      assertThat(context).doesNotHaveBean(EvenkeelWebFilter.class);
    });
    servlet
        .withClassLoader(new FilteredClassLoader("dev.evenkeel.tracing", "dev.evenkeel.servlet"))
        .run(context -> assertThat(context).hasNotFailed());
    new ApplicationContextRunner()
        .withConfiguration(OURS)
        .run(context -> assertThat(context).doesNotHaveBean(ServerPolicy.class));
  }

  @Test
  void valueThatIsWrong_isToldWithWhatIsExpected() {
    assertThat(wrong("evenkeel.server.edge-trust=all"))
        .isEqualTo("evenkeel.server.edge-trust: all: Expected: accept, clamp or ignore.");
    assertThat(wrong("evenkeel.server.default-deadline=5"))
        .isEqualTo("evenkeel.server.default-deadline: 5: Expected: a unit: 5ms or 5s?");
  }

  private String wrong(String property) {
    AtomicReference<String> told = new AtomicReference<>();
    servlet.withPropertyValues(property).run(context -> {
      assertThat(context).hasFailed();
      assertThat(context.getStartupFailure())
          .rootCause()
          .isInstanceOfSatisfying(
              InvalidConfigurationPropertyValueException.class,
              wrong ->
                  told.set(wrong.getName() + ": " + wrong.getValue() + ": " + wrong.getReason()));
    });
    return told.get();
  }
}
