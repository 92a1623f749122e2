package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What listeners and the log hear of a breaker's changes of state. */
class AnnouncementTest {

  private final ManualKernel kernel = ManualKernel.startingAt(7);
  private final ScriptedDependency<String> dependency = ScriptedDependency.on(kernel);
  private final List<StateChange> changes = new ArrayList<>();
  private final Logs log = new Logs();

  @AfterEach
  void leaveTheLog() {
    log.close();
  }

  private Pipeline pipeline(String name, Policy breaker) {
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        changes.add(change);
      }
    };
    return Pipeline.builder(name)
        .kernel(kernel)
        .listener(listener)
        .policies(breaker)
        .build();
  }

  private void call(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      pipeline.call(dependency::call, failure -> "failed");
    }
  }

  private static StateChange change(GateState from, GateState to, String reason, long atNanos) {
    return new StateChange("orders", "circuit-breaker", null, from, to, reason, atNanos);
  }

  @Test
  void wayBack_isToldStepByStep() {
    Pipeline pipeline = pipeline("orders", CircuitBreaker.standard());
    dependency.die();
    call(pipeline, 20);
    StateChange opened = changes.get(0);
    assertThat(opened.reason()).startsWith("100 % of 20 calls failed, 0 % were slow; cool-down ");
    assertThat(opened)
        .isEqualTo(change(GateState.CLOSED, GateState.OPEN, opened.reason(), kernel.nanoTime()));
    dependency.comeBack();
    for (int i = 0; i < 3_000; i++) {
      kernel.advance(Duration.ofMillis(50));
      call(pipeline, 1);
    }
    assertThat(changes)
        .extracting(change -> change.to().kind())
        .containsExactly(Kind.OPEN, Kind.PROBING, Kind.RAMPING, Kind.CLOSED);
    assertThat(log.lines().get(0)).startsWith("WARN orders: circuit-breaker CLOSED -> OPEN: 100 %");
    assertThat(log.lines().get(3)).startsWith("INFO orders: circuit-breaker RAMPING");
  }

  @Test
  void attachmentThatIsNotLogged_hearsIt_andTheLogDoesNot() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    breaker.attach(new Attachment() {
      @Override
      public String pipelineName() {
        return "simulated";
      }

      @Override
      public Kernel kernel() {
        return kernel;
      }

      @Override
      public boolean isLogged() {
        return false;
      }

      @Override
      public void stateChanged(StateChange change) {
        changes.add(change);
      }
    });
    breaker.forceOpen("rehearsed");
    assertThat(changes).hasSize(1);
    assertThat(log.lines()).isEmpty();
    pipeline("orders", breaker); // from now on it is also in one that is logged
    breaker.reset("over");
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void wayBackOfResilience4j_isToldToo() {
    String reason = "Resilience4j's own way";
    Pipeline pipeline = pipeline(
        "orders",
        CircuitBreaker.withoutFailback(CircuitBreakerConfig.custom()
            .slidingWindowSize(4)
            .minimumNumberOfCalls(4)
            .waitDurationInOpenState(Duration.ofMillis(1))
            .permittedNumberOfCallsInHalfOpenState(1)
            .build()));
    dependency.die();
    call(pipeline, 5);
    dependency.comeBack();
    kernel.advance(Duration.ofMillis(2));
    call(pipeline, 2);
    assertThat(changes)
        .containsExactly(
            change(GateState.CLOSED, GateState.OPEN, reason, 7),
            change(GateState.OPEN, GateState.PROBING, reason, 2_000_007),
            change(GateState.PROBING, GateState.CLOSED, reason, 2_000_007));
  }

  @Test
  void changeByHand_isToldWithItsReasonAndTime() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    pipeline("orders", breaker);
    kernel.advance(Duration.ofNanos(35));
    breaker.forceOpen("maintenance");
    breaker.disable("load test");
    breaker.reset("all is well");
    assertThat(changes)
        .containsExactly(
            change(GateState.CLOSED, GateState.FORCED_OPEN, "by hand: maintenance", 42),
            change(GateState.FORCED_OPEN, GateState.DISABLED, "by hand: load test", 42),
            change(GateState.DISABLED, GateState.CLOSED, "by hand: all is well", 42));
    assertThat(log.lines())
        .containsExactly(
            "WARN orders: circuit-breaker CLOSED -> FORCED_OPEN: by hand: maintenance",
            "INFO orders: circuit-breaker FORCED_OPEN -> DISABLED: by hand: load test",
            "INFO orders: circuit-breaker DISABLED -> CLOSED: by hand: all is well");
  }

  @Test
  void breakerInTwoPipelines_isToldToBoth() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    pipeline("orders", breaker);
    pipeline("returns", breaker);
    breaker.forceOpen("maintenance");
    assertThat(changes).extracting(StateChange::pipeline).containsExactly("orders", "returns");
  }

  @Test
  void breakerOfAKey_isToldByItsKey() {
    PerKey<CircuitBreaker> shards = PerKey.of(CircuitBreaker::standard);
    pipeline("orders", shards);
    shards.gate("shard 3").forceOpen("maintenance");
    assertThat(changes).extracting(StateChange::key).containsExactly("shard 3");
    assertThat(log.lines())
        .containsExactly(
            "WARN orders [shard 3]: circuit-breaker CLOSED -> FORCED_OPEN: by hand: maintenance");
  }

  @Test
  void breakerInNoPipeline_isLoggedAllTheSame() {
    CircuitBreaker.standard().disable("load test");
    assertThat(log.lines())
        .containsExactly("INFO circuit-breaker: CLOSED -> DISABLED: by hand: load test");
  }
}
