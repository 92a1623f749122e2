package dev.evenkeel.examples.snippets;

import static dev.evenkeel.testkit.EvenkeelAssertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.simulator.Rehearsal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

// guide: rehearsal
class ComebackTest {

  /** The same that the pipeline is built with. */
  static List<Policy> policies() {
    return List.of(Timeout.ofMillis(800), Retry.jittered(3), CircuitBreaker.standard());
  }

  @Test
  void inventory_comesBack() {
    assertThat(Rehearsal.of("S1")
            .policies(ComebackTest::policies)
            .with("clients.count", "20") // processes that call it
            .with("server.capacity", "500/s")
            .with("server.warmUp", "20s")
            .run())
        .hasNoRelapse()
        .isBackWithin(Duration.ofSeconds(90));
  }
}
// end
