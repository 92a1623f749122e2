package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.core.WouldHave;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The breaker of an observe-only pipeline opens and comes back, and every call is made. */
class ObservedBreakerTest {

  private static final Duration BETWEEN_CALLS = Duration.ofMillis(5);

  private final ManualKernel kernel = ManualKernel.create();
  private final List<Kind> states = new ArrayList<>();
  private final Map<RefusalReason, Integer> wouldHaveRefused = new EnumMap<>(RefusalReason.class);
  private int successes;
  private int refused;
  private int made;

  private final PipelineListener listener = new PipelineListener() {
    @Override
    public void onWouldHave(
        CallView call, String policy, WouldHave decision, RefusalReason reason) {
      if (decision == WouldHave.REFUSED) {
        int unused = wouldHaveRefused.merge(reason, 1, Integer::sum);
      }
    }

    @Override
    public void onRefused(CallView call, String policy, RefusalReason reason) {
      refused++;
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      successes += verdict == Verdict.SUCCESS ? 1 : 0;
    }

    @Override
    public void onStateChange(StateChange change) {
      states.add(change.to().kind());
    }
  };

  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Pipeline pipeline = Pipeline.builder("observed-" + System.identityHashCode(this))
      .kernel(kernel)
      .policies(breaker, Timeout.ofMillis(100))
      .listener(listener)
      .observeOnly(true)
      .build();

  private void calls(int count, boolean up) {
    for (int i = 0; i < count; i++) {
      pipeline.callOrElse(
          () -> {
            made++;
            kernel.advance(BETWEEN_CALLS);
            if (!up) {
              throw new IOException("down");
            }
            return "7";
          },
          "");
    }
  }

  @BeforeEach
  void healthyTimes() {
    calls(2_000, true);
    assertThat(states).isEmpty();
  }

  @Test
  void outage_opensIt_andTheReturnClosesIt_whileEveryCallIsMade() {
    calls(2_000, false);
    assertThat(breaker.state().kind()).isNotEqualTo(Kind.CLOSED);
    assertThat(states).startsWith(Kind.OPEN);

    for (int i = 0; i < 100 && breaker.state().kind() != Kind.CLOSED; i++) {
      calls(500, true); // 2.5 s
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
    assertThat(states).contains(Kind.RAMPING).endsWith(Kind.CLOSED);
    assertThat(wouldHaveRefused).containsKey(RefusalReason.CIRCUIT_OPEN);
    assertThat(wouldHaveRefused.get(RefusalReason.CIRCUIT_OPEN)).isGreaterThan(1_000);
    assertThat(refused).isZero();
    assertThat(successes).isEqualTo(made - 2_000);
  }

  @Test
  void logLines_sayThatNothingOfItIsDone() {
    try (Logs logs = new Logs()) {
      calls(100, false);
      assertThat(logs.lines())
          .anyMatch(line -> line.contains(" (observe-only): circuit-breaker CLOSED -> OPEN"));
    }
  }

  @Test
  void slowAnswersThatATimeoutWouldHaveEnded_openIt() {
    for (int i = 0; i < 40; i++) {
      String answer = pipeline.call(() -> {
        kernel.advance(Duration.ofMillis(150));
        return "late";
      });
      assertThat(answer).isEqualTo("late");
    }
    assertThat(breaker.state().kind()).isNotEqualTo(Kind.CLOSED);
    assertThat(refused).isZero();
  }

  @Test
  void whenItIsInForceAgain_theBreakerHasTheStateThatItSaw() {
    calls(100, false);
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);

    pipeline.observeOnly(false);
    int before = made;
    calls(1, true);

    assertThat(made).isEqualTo(before);
    assertThat(refused).isEqualTo(1);
  }
}
