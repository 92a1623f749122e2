package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.failback.Checkpoint;
import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.FleetMembership;
import dev.evenkeel.failback.FleetView;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A breaker whose process starts again, with what it remembered. */
class CheckpointedBreakerTest {

  private static final Duration GAP = Duration.ofMillis(10);

  @TempDir
  Path directory;

  private final ManualKernel kernel = ManualKernel.create();
  private final ScriptedDependency<String> inventory = ScriptedDependency.on(kernel);

  private Checkpoint checkpoint() {
    return Checkpoint.file(directory.resolve("checkpoint"));
  }

  private Pipeline process(CircuitBreaker breaker) {
    return Pipeline.builder("inventory")
        .kernel(kernel)
        .policies(Timeout.ofMillis(300), breaker)
        .build();
  }

  private void calls(Pipeline pipeline, int calls) {
    for (int i = 0; i < calls; i++) {
      kernel.advance(GAP);
      pipeline.callOrElse(inventory::call, "unknown");
    }
  }

  @Test
  void processThatStartsInAnOutage_probesAndRampsFromKnowledge() {
    CircuitBreaker breaker = CircuitBreaker.standard().checkpoint(checkpoint());
    Pipeline before = process(breaker);
    calls(before, 3_000);
    before.close();
    assertThat(directory.resolve("checkpoint")).exists();
    // Probes as a share of 100 calls a second come every half second; 15 s apart if nothing is
    // known.
    assertThat(noticedAfter(CircuitBreaker.standard().checkpoint(checkpoint()))).isLessThan(2);
  }

  @Test
  void processThatStarts_tellsItsFleetWhatItKnows() {
    Pipeline before = process(CircuitBreaker.standard().checkpoint(checkpoint()));
    calls(before, 3_000);
    before.close();
    AtomicReference<FleetMember> member = new AtomicReference<>();
    Pipeline pipeline = process(
        CircuitBreaker.standard().checkpoint(checkpoint()).sharedBy((joined, attachment) -> {
          member.set(joined);
          return new NobodyElse();
        }));
    Memory memory = member.get().report(kernel.nanoTime()).memory();
    assertThat(memory.rate()).isCloseTo(100, within(1.0));
    pipeline.close();
  }

  private static final class NobodyElse implements FleetMembership {
    @Override
    public FleetView view() {
      return FleetView.ALONE;
    }

    @Override
    public void changed() {}

    @Override
    public void leave() {}
  }

  /** Seconds from the return to the ramp, of a process that has started in the outage. */
  private double noticedAfter(CircuitBreaker breaker) {
    Pipeline pipeline = process(breaker);
    inventory.die();
    calls(pipeline, 1_000);
    inventory.comeBack();
    long from = kernel.nanoTime();
    while (breaker.state().kind() != Kind.RAMPING) {
      calls(pipeline, 1);
      assertThat(kernel.nanoTime() - from).isLessThan(60_000_000_000L);
    }
    pipeline.close();
    return (kernel.nanoTime() - from) / 1e9;
  }

  @Test
  void keyedBreakers_areRememberedByTheirKey() throws Exception {
    Checkpoint checkpoint = checkpoint();
    Pipeline pipeline = Pipeline.builder("stock")
        .kernel(kernel)
        .policies(
            Timeout.ofMillis(300),
            PerKey.of(() -> CircuitBreaker.standard().checkpoint(checkpoint)))
        .build();
    calls(pipeline.forKey("7"), 3_000);
    checkpoint.close();
    assertThat(Files.readString(directory.resolve("checkpoint"))).contains(" stock%2F7\n");
    pipeline.close();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void sharedByTwoPipelines_isKeptUntilTheLastIsClosed() {
    CircuitBreaker breaker = CircuitBreaker.standard().checkpoint(checkpoint());
    Pipeline one = process(breaker);
    Pipeline two = process(breaker);
    calls(one, 3_000);
    one.close();
    assertThat(directory.resolve("checkpoint")).doesNotExist();
    two.close();
    assertThat(directory.resolve("checkpoint")).exists();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void inUseAlready_isRefused() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = process(breaker);
    assertThatThrownBy(() -> breaker.checkpoint(checkpoint()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> CircuitBreaker.withoutFailback(CircuitBreakerConfig.ofDefaults())
            .checkpoint(checkpoint()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("remembers nothing");
    pipeline.close();
  }
}
