package dev.evenkeel.simulator;

import static dev.evenkeel.testkit.EvenkeelAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ComebackFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

  @TempDir
  private Path directory;

  @Test
  void coldRestart_holdsWhatItPromises() {
    assertThat(Rehearsal.of("S1").with("clients.count", "20").run())
        .hasNoRelapse()
        .hasDebtBelow(Duration.ofSeconds(10))
        .hasDebtWithinLimitTimes(1.5)
        .isBackWithin(Duration.ofSeconds(33))
        .hasPeakBelow(1.15)
        .hasProbeLoadBelow(0.02)
        .hasWastedWorkBelow(0.001)
        .hasAdmittedErrorsBelow(0.005)
        .hasFairnessOfAtLeast(0.98);
  }

  @Test
  void assertionThatDoesNotHold_saysWhatWasMeasured() {
    var figures =
        Rehearsal.of("S1").with("clients.count", "20").policy("retry").seed(3).run();
    assertThatThrownBy(() -> assertThat(figures).hasNoRelapse())
        .hasMessageStartingWith("S1, retry, seed 3: relapses 1.000 (expected: at most 0.000);")
        .hasMessageContaining(" measured: recovery debt ")
        .hasMessageEndingWith(" s), T99 not seen (physical limit 22.3 s)");
    assertThatThrownBy(() -> assertThat(figures).isBackWithin(Duration.ofMinutes(4)))
        .hasMessageContaining("T99 in seconds Infinity (expected: at most 240.0)");
    assertThatThrownBy(() -> assertThat(figures).hasFairnessOfAtLeast(1))
        .hasMessageContaining("Jain's index");
  }

  @Test
  void sameSeed_sameFigures_andAnotherSeedOthers() throws IOException {
    Path file = Files.writeString(directory.resolve("mine.properties"), "clients.count = 30\n");
    Rehearsal rehearsal = Rehearsal.of(file);
    Assertions.assertThat(rehearsal.run()).isEqualTo(rehearsal.run());
    Assertions.assertThat(rehearsal.seed(2).run()).isNotEqualTo(rehearsal.run());
  }

  private static List<Policy> asShipped() {
    return List.of(Timeout.ofMillis(1_000), Retry.jittered(3), CircuitBreaker.standard());
  }

  @Test
  void policiesOfOnesOwn_areTheOnesThatRun() {
    Rehearsal rehearsal = Rehearsal.of("S1").with("clients.count", "20");
    ComebackFigures own = rehearsal.policies(RehearsalTest::asShipped).run();
    Assertions.assertThat(own.name()).isEqualTo("S1, own policies, seed 1");
    Assertions.assertThat(own)
        .usingRecursiveComparison()
        .ignoringFields("name")
        .isEqualTo(rehearsal.run());
    ComebackFigures without = rehearsal.policies(List::of).run();
    Assertions.assertThat(without)
        .usingRecursiveComparison()
        .ignoringFields("name")
        .isEqualTo(rehearsal.policy("none").run());
    ComebackFigures hasty = rehearsal
        .policies(() -> List.of(Timeout.ofMillis(30), CircuitBreaker.standard()))
        .run();
    Assertions.assertThat(hasty.debtSeconds()).isGreaterThan(own.debtSeconds());
  }

  @Test
  void totalTimeout_allowsNoRetryAfterIt() {
    Rehearsal rehearsal =
        Rehearsal.of("S1").with("clients.count", "20").with("server.deadCalls", "hang");
    Supplier<List<Policy>> patient = () -> List.of(Timeout.ofMillis(200), retries());
    Supplier<List<Policy>> total =
        () -> List.of(Timeout.ofMillis(200), Timeout.total(Duration.ofMillis(200)), retries());
    Assertions.assertThat(rehearsal.policies(total).run().probeLoad()).isCloseTo(1, within(0.02));
    Assertions.assertThat(rehearsal.policies(patient).run().probeLoad()).isGreaterThan(2);
  }

  private static Retry retries() {
    return Retry.builder().maxAttempts(3).unlimitedBudget().build();
  }

  @Test
  void policiesThatCannotBeRehearsed_areRefused() {
    Rehearsal rehearsal = Rehearsal.of("S1").with("clients.count", "20");
    assertThatThrownBy(() -> rehearsal
            .policies(() -> List.of(ConcurrencyLimit.of(10), CircuitBreaker.standard()))
            .run())
        .hasMessageContaining("policies: concurrency-limit (expected: at most one retry and one");
    CircuitBreaker shared = CircuitBreaker.standard();
    assertThatThrownBy(() -> rehearsal.policies(() -> List.of(shared)).run())
        .hasMessageContaining("policies: one circuit-breaker for two processes (expected: new");
    assertThatThrownBy(() -> rehearsal.policies(() -> null).run())
        .hasMessageContaining("policies: null");
    assertThatThrownBy(() -> rehearsal.policies(null)).hasMessageContaining("policies: null");
  }

  @Test
  void badInput_isRefused() {
    assertThatThrownBy(() -> Rehearsal.of("S1").policy("magic"))
        .hasMessageContaining(
            "policy: magic (expected: one of evenkeel, evenkeel-fleet, oracle, none, ");
    assertThatThrownBy(() -> Rehearsal.of("S9").run())
        .hasMessageContaining("one number of clients");
    assertThatThrownBy(() -> Rehearsal.of("S11").run()).hasMessageContaining("needs = nothing");
    assertThatThrownBy(() -> Rehearsal.of("S1").with("clients.load", "x").run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clients.load: x (expected: a number from 0.01 to 2)");
  }
}
