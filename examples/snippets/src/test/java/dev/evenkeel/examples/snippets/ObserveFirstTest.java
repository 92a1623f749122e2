package dev.evenkeel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.WouldHave;
import dev.evenkeel.retry.Retry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What docs/guide/observe-only.md shows. */
class ObserveFirstTest {

  // guide: build
  static Pipeline inventory() {
    return Pipeline.builder("inventory")
        .policies(
            Timeout.ofMillis(300),
            Retry.jittered(3),
            CircuitBreaker.standard(),
            ConcurrencyLimit.of(50))
        .observeOnly(true)
        .build();
  }
  // end

  // guide: listen
  static PipelineListener told(List<String> lines) {
    return new PipelineListener() {
      @Override
      public void onWouldHave(
          CallView call, String policy, WouldHave decision, @Nullable RefusalReason reason) {
        lines.add(decision + " by " + policy + (reason == null ? "" : ": " + reason));
      }
    };
  }
  // end

  // guide: begin
  static void begin(Pipeline inventory) {
    inventory.observeOnly(false); // from the next call on the policies are in force
  }
  // end

  @Test
  void week_isReadAndEnds() {
    List<String> lines = new ArrayList<>();
    try (Pipeline inventory = inventory()) {
      inventory.addListener(told(lines));
      CircuitBreaker breaker = inventory.policy(CircuitBreaker.class).orElseThrow();
      breaker.forceOpen("a rehearsal");
      assertThat(inventory.call(() -> "7")).isEqualTo("7");
      assertThat(lines).containsExactly("REFUSED by circuit-breaker: CIRCUIT_FORCED_OPEN");
      begin(inventory);
      assertThat(inventory.callOrElse(() -> "7", "none")).isEqualTo("none");
      assertThat(inventory.isObserveOnly()).isFalse();
    }
  }
}
