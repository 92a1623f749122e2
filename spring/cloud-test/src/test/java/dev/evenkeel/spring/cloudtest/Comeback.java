package dev.evenkeel.spring.cloudtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The upstream works, dies and comes back while a user asks every 50 ms, on a clock that is moved
 * by hand.
 */
final class Comeback {

  static final String ANSWER = "7 pieces";
  static final String REFUSED = "not asked";
  static final String FAILED = "no answer";

  /** What the application has beside its own. */
  @Configuration(proxyBeanMethods = false)
  static class Beans {
    @Bean
    ManualKernel kernel() {
      return ManualKernel.create();
    }

    @Bean
    Changes changes() {
      return new Changes();
    }
  }

  /** The states of all breakers, in their order. */
  static final class Changes implements PipelineListener {
    final List<Kind> kinds = new CopyOnWriteArrayList<>();

    @Override
    public void onStateChange(StateChange change) {
      kinds.add(change.to().kind());
    }
  }

  private final ApplicationContext application;
  private final Upstream upstream;
  private final Callable<String> user;

  Comeback(ApplicationContext application, Upstream upstream, Callable<String> user) {
    this.application = application;
    this.upstream = upstream;
    this.user = user;
  }

  private String ask() throws Exception {
    application.getBean(ManualKernel.class).advance(Duration.ofMillis(50));
    return user.call();
  }

  private static CircuitBreaker breaker(ApplicationContext application) {
    return application
        .getBean(Pipelines.class)
        .find("inventory")
        .orElseThrow()
        .policy(CircuitBreaker.class)
        .orElseThrow();
  }

  void play() throws Exception {
    CircuitBreaker breaker = breaker(application);
    List<Kind> kinds = application.getBean(Changes.class).kinds;
    for (int i = 0; i < 40; i++) {
      assertThat(ask()).isEqualTo(ANSWER);
    }

    upstream.die();
    for (int i = 0; i < 100 && breaker.state().kind() == Kind.CLOSED; i++) {
      assertThat(ask()).isEqualTo(FAILED);
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
    int asked = upstream.asked.get();
    assertThat(user.call()).isEqualTo(REFUSED);
    assertThat(upstream.asked).hasValue(asked);

    upstream.comeBack();
    for (int i = 0; i < 4_000 && breaker.state().kind() != Kind.RAMPING; i++) {
      assertThat(ask()).isIn(ANSWER, REFUSED);
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.RAMPING);
    for (int i = 0; i < 4_000 && breaker.state().kind() != Kind.CLOSED; i++) {
      assertThat(ask()).isIn(ANSWER, REFUSED);
    }
    assertThat(kinds).containsExactly(Kind.OPEN, Kind.PROBING, Kind.RAMPING, Kind.CLOSED);
    assertThat(ask()).isEqualTo(ANSWER);
    assertThat(application.getBean(Pipelines.class).all()).hasSize(1);
  }
}
