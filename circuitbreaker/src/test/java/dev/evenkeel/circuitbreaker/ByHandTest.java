package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator may do, in each state. */
class ByHandTest {

  private final ManualKernel kernel = ManualKernel.startingAt(-5);
  private final List<StateChange> changes = new ArrayList<>();
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Pipeline pipeline = Pipeline.builder("dep")
      .kernel(kernel)
      .policies(breaker)
      .listener(new PipelineListener() {
        @Override
        public void onStateChange(StateChange change) {
          changes.add(change);
        }
      })
      .build();
  private final Logs log = new Logs();

  @AfterEach
  void leaveTheLog() {
    log.close();
  }

  private void succeed(int times) {
    for (int i = 0; i < times; i++) {
      kernel.advance(Duration.ofMillis(20));
      pipeline.callOrElse(() -> "ok", "-");
    }
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "-");
    }
  }

  /** Brings the breaker into a state. */
  private void into(Kind kind) {
    succeed(1_000);
    switch (kind) {
      case CLOSED -> {}
      case OPEN -> fail(50);
      case PROBING -> {
        fail(50);
        kernel.advance(Duration.ofMinutes(1));
        var unused = pipeline.callAsync(java.util.concurrent.CompletableFuture<String>::new);
      }
      case RAMPING -> {
        fail(50);
        kernel.advance(Duration.ofMinutes(1));
        succeed(1);
      }
      case FORCED_OPEN -> breaker.forceOpen("maintenance");
      case DISABLED -> breaker.disable("maintenance");
    }
    assertThat(breaker.state().kind()).isEqualTo(kind);
    changes.clear();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"FORCED_OPEN", "DISABLED", "CLOSED"})
  void comeBack_endsAMaintenanceThroughProbesAndARamp(Kind from) {
    into(from);
    kernel.advance(Duration.ofHours(1));
    breaker.comeBack("the new version is up");
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    for (int i = 0; i < 3_000 && breaker.state().kind() != Kind.CLOSED; i++) {
      succeed(1);
    }
    assertThat(changes)
        .extracting(change -> change.from().kind() + " -> " + change.to().kind())
        .containsExactly(
            from + " -> OPEN", "OPEN -> PROBING", "PROBING -> RAMPING", "RAMPING -> CLOSED");
    assertThat(changes.get(0).reason()).startsWith("by hand: the new version is up; cool-down ");
    assertThat(changes.get(2).reason()).as("remembered").contains("50.0 calls/s were healthy");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"OPEN", "PROBING", "RAMPING"})
  void comeBack_onTheWayBack_changesNothing_andSaysSo(Kind from) {
    into(from);
    GateState before = breaker.state();
    breaker.comeBack("again");
    assertThat(breaker.state()).isEqualTo(before);
    assertThat(changes).isEmpty();
    assertThat(log.lines()).last().asString().contains("comeBack(again) changes nothing: it is ");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"OPEN", "PROBING", "RAMPING"})
  void skipRamp_closesAtOnce(Kind from) {
    into(from);
    breaker.skipRamp("it is well");
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
    assertThat(breaker.figures().bufferedCalls()).isZero();
    assertThat(changes).singleElement().satisfies(change -> {
      assertThat(change.to()).isEqualTo(GateState.CLOSED);
      assertThat(change.reason())
          .startsWith("by hand, without the rest of the ramp: it is well; the outage took ");
    });
    succeed(10);
    assertThat(breaker.figures().bufferedCalls()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"CLOSED", "FORCED_OPEN", "DISABLED"})
  void skipRamp_withoutAWayBack_changesNothing_andSaysSo(Kind from) {
    into(from);
    breaker.skipRamp("it is well");
    assertThat(breaker.state().kind()).isEqualTo(from);
    assertThat(changes).isEmpty();
    assertThat(log.lines())
        .last()
        .asString()
        .contains("skipRamp(it is well) changes nothing: it is " + from);
  }

  /** What may happen between a healthy time and the next outage. */
  @SuppressWarnings("ImmutableEnumChecker") // a test's table
  enum Between {
    RESET(breaker -> breaker.reset("try again")),
    DISABLE(breaker -> {
      breaker.disable("load test");
      breaker.reset("over");
    }),
    FORCE_OPEN(breaker -> {
      breaker.forceOpen("maintenance");
      breaker.reset("over");
    }),
    SKIP_RAMP(breaker -> {
      breaker.comeBack("test");
      breaker.skipRamp("over");
    }),
    NOTHING(breaker -> {});

    final Consumer<CircuitBreaker> action;

    Between(Consumer<CircuitBreaker> action) {
      this.action = action;
    }
  }

  @ParameterizedTest
  @EnumSource(Between.class)
  void memoryOfTheHealthyDependency_isKept(Between between) {
    into(Kind.CLOSED);
    between.action.accept(breaker);
    fail(50);
    kernel.advance(Duration.ofMinutes(1));
    succeed(1);
    assertThat(changes.get(changes.size() - 1).reason()).contains("50.0 calls/s were healthy");
  }

  @ParameterizedTest
  @EnumSource(Between.class)
  void memory_isKeptInTheMiddleOfAnOutageToo(Between between) {
    into(Kind.OPEN);
    between.action.accept(breaker);
    fail(50);
    kernel.advance(Duration.ofMinutes(1));
    succeed(1);
    assertThat(changes.get(changes.size() - 1).reason()).contains("50.0 calls/s were healthy");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"FORCED_OPEN", "DISABLED"})
  void hourOfMaintenance_underTraffic_erasesNothing(Kind held) {
    into(held);
    callEachCentisecond(Duration.ofHours(1));
    breaker.comeBack("over");
    while (breaker.state().kind() != Kind.RAMPING) {
      callEachCentisecond(Duration.ofMillis(10));
    }
    assertThat(changes.get(changes.size() - 1).reason())
        .matches("the probe succeeded; 50.0 calls/s were healthy, (99|100|101).\\d are asked for");
  }

  /** Twice as many as before. */
  private void callEachCentisecond(Duration time) {
    for (long i = 0; i < time.toMillis() / 10; i++) {
      kernel.advance(Duration.ofMillis(10));
      pipeline.callOrElse(() -> "ok", "-");
    }
  }

  @Test
  void reset_emptiesTheWindow_inAnyState() {
    for (Kind kind : Kind.values()) {
      into(kind);
      breaker.reset("test");
      assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
      assertThat(breaker.figures().bufferedCalls()).isZero();
    }
  }

  @Test
  void resetOfAClosedBreaker_isNoChange_butIsInTheLog() {
    into(Kind.CLOSED);
    breaker.reset("to be sure");
    assertThat(changes).isEmpty();
    assertThat(log.lines())
        .containsExactly("INFO dep: circuit-breaker was CLOSED already; by hand: to be sure");
  }

  @Test
  void breakerWithResilience4jsWayBack_hasNoneToSkipOrToTake() {
    CircuitBreaker theirs = CircuitBreaker.withoutFailback(CircuitBreakerConfig.ofDefaults());
    Pipeline.builder("theirs").kernel(kernel).policies(theirs).build();
    theirs.forceOpen("maintenance");
    theirs.comeBack("over");
    theirs.skipRamp("over");
    assertThat(theirs.state()).isEqualTo(GateState.FORCED_OPEN);
    assertThat(log.lines()).hasSize(3).last().asString().endsWith("it has Resilience4j's way back");
    theirs.reset("over");
    assertThat(theirs.state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void breakerThatKnowsNoTimeYet_hasNoWayBackToTake() {
    CircuitBreaker unused = CircuitBreaker.standard();
    unused.forceOpen("before its first call");
    unused.comeBack("over");
    assertThat(unused.state()).isEqualTo(GateState.FORCED_OPEN);
    assertThat(log.lines()).last().asString().endsWith("there was no call yet");
    unused.reset("over");
    unused.close();
    assertThat(unused.state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void reasons_areAskedFor() {
    assertThatThrownBy(() -> breaker.comeBack(null)).hasMessageContaining("reason");
    assertThatThrownBy(() -> breaker.skipRamp(null)).hasMessageContaining("reason");
    assertThatThrownBy(() -> breaker.reset(null)).hasMessageContaining("reason");
  }
}
