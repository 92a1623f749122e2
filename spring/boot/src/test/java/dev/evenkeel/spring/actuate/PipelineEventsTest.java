package dev.evenkeel.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PipelineEventsTest {

  @Test
  void breakerWhoseProbesFail_isOpenForWhatOpenedIt() {
    ManualKernel kernel = ManualKernel.create();
    PipelineEvents events = new PipelineEvents(10, kernel);
    ScriptedDependency<String> stock = ScriptedDependency.on(kernel);
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = Pipeline.builder("stock")
        .kernel(kernel)
        .policies(breaker)
        .listener(events)
        .build();
    stock.die();
    for (int i = 0; i < 3_000; i++) {
      var unused = pipeline.callOrElse(stock::call, "none");
      kernel.advance(Duration.ofMillis(10));
    }
    assertThat(events.events("stock").get(0).text()).contains("OPEN -> PROBING");
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
    assertThat(events.lastChange("stock", breaker.name(), null, Kind.OPEN).reason())
        .contains("calls failed");
    assertThat(events.lastChange("stock", breaker.name(), null, Kind.CLOSED)).isNull();
  }
}
