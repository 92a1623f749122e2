package dev.evenkeel.circuitbreaker;

import static dev.evenkeel.testkit.EvenkeelAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class SyntheticProbeTest {

  private final ManualKernel kernel = ManualKernel.withSeed(3);
  private final ScriptedDependency<String> dependency = ScriptedDependency.on(kernel);
  private final ScriptedDependency<String> ping = ScriptedDependency.on(kernel);

  private void outage(Pipeline pipeline) {
    dependency.die();
    ping.die();
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(() -> pipeline.call(dependency::call)).isInstanceOf(Exception.class);
    }
  }

  @Test
  void dependencyWithoutTraffic_isFoundToBeBackByTheProbe() {
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(ping::call);
    Pipeline pipeline =
        Pipeline.builder("idle").kernel(kernel).policies(breaker).build();
    outage(pipeline);
    assertThat(breaker).isOpen();
    kernel.advance(Duration.ofMinutes(1));
    assertThat(breaker).isOpen();
    Assertions.assertThat(ping.calls()).isBetween(3, 60);
    ping.comeBack();
    kernel.advance(Duration.ofSeconds(20));
    assertThat(breaker).isRamping();
    Assertions.assertThat(kernel.armedTimers()).isZero();
    dependency.comeBack();
    for (int i = 0; i < 3_000; i++) {
      kernel.advance(Duration.ofMillis(50));
      pipeline.call(dependency::call, failure -> "refused");
    }
    assertThat(breaker).isClosed();
  }

  @Test
  void withoutAProbe_theNextCallFindsOut() throws Exception {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline =
        Pipeline.builder("idle").kernel(kernel).policies(breaker).build();
    outage(pipeline);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(breaker).isOpen();
    dependency.comeBack();
    Assertions.assertThat(pipeline.call(dependency::call)).isEqualTo("ok");
    assertThat(breaker).isRamping();
    assertThat(pipeline).isNestedAs("circuit-breaker").hasNoWarnings();
  }

  @Test
  void scriptedFailure_isWhatTheCallerGets() {
    IOException own = new IOException("scripted");
    dependency.fail(own);
    assertThatThrownBy(dependency::call).isSameAs(own);
    dependency.hang();
    Assertions.assertThat(dependency.callAsync()).isNotDone();
    dependency.slow(Duration.ofSeconds(1));
    var slow = dependency.callAsync();
    kernel.advance(Duration.ofSeconds(1));
    Assertions.assertThat(slow).isCompletedWithValue("ok");
  }

  @Test
  void probeThatIsInterrupted_isMadeAgain() {
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(ping::call);
    outage(Pipeline.builder("idle").kernel(kernel).policies(breaker).build());
    ping.fail(new InterruptedException());
    kernel.advance(Duration.ofMinutes(1));
    assertThat(breaker).isProbing();
    ping.comeBack();
    kernel.advance(Duration.ofSeconds(1));
    assertThat(breaker).isRamping();
  }

  @Test
  void probeWhoseFailureIsNoneByTheConfiguration_isGoodNews() {
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
            .slidingWindowSize(20)
            .minimumNumberOfCalls(20)
            .recordException(failure -> failure instanceof IOException)
            .build())
        .probeWith(ping::call);
    outage(Pipeline.builder("idle").kernel(kernel).policies(breaker).build());
    ping.fail(new IllegalStateException("a bug in the ping, not in the dependency"));
    kernel.advance(Duration.ofMinutes(1));
    assertThat(breaker).isRamping();
  }

  @Test
  void breakerHeldByHand_isNotProbed_andIsAgainAfterAReset() {
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(ping::call);
    Pipeline pipeline =
        Pipeline.builder("idle").kernel(kernel).policies(breaker).build();
    outage(pipeline);
    breaker.forceOpen("maintenance");
    kernel.advance(Duration.ofMinutes(1));
    Assertions.assertThat(ping.calls()).isZero();
    Assertions.assertThat(kernel.armedTimers()).isZero();
    breaker.reset("maintenance is over");
    outage(pipeline);
    kernel.advance(Duration.ofMinutes(1));
    Assertions.assertThat(ping.calls()).isPositive();
  }

  @Test
  void rampAfterAProbe_beginsAsAfterACallThatTookAsLong() throws Exception {
    kernel.advance(Duration.ofHours(1));
    CircuitBreaker probed = CircuitBreaker.standard().probeWith(ping::call);
    outage(Pipeline.builder("probed").kernel(kernel).policies(probed).build());
    ping.comeBack();
    kernel.advance(Duration.ofMinutes(1));
    assertThat(probed).isRamping();

    CircuitBreaker called = CircuitBreaker.standard();
    Pipeline pipeline =
        Pipeline.builder("called").kernel(kernel).policies(called).build();
    outage(pipeline);
    kernel.advance(Duration.ofMinutes(1));
    dependency.comeBack();
    pipeline.call(dependency::call);
    Assertions.assertThat(probed.state()).isEqualTo(called.state());
  }

  @Test
  void breakerWithResilience4jsOwnWayBack_refusesAProbeItWouldNeverMake() {
    CircuitBreaker classic = CircuitBreaker.withoutFailback(CircuitBreakerConfig.ofDefaults());
    assertThatThrownBy(() -> classic.probeWith(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected: a breaker with failback");
  }
}
