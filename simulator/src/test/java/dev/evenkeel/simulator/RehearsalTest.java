package dev.evenkeel.simulator;

import static dev.evenkeel.testkit.EvenkeelAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        .hasMessage("S1, retry, seed 3: relapses 1.000 (expected: at most 0.000)");
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

  @Test
  void badInput_isRefused() {
    assertThatThrownBy(() -> Rehearsal.of("S1").policy("magic"))
        .hasMessageContaining("policy: magic");
    assertThatThrownBy(() -> Rehearsal.of("S9").run())
        .hasMessageContaining("one number of clients");
    assertThatThrownBy(() -> Rehearsal.of("S12").run()).hasMessageContaining("needs = nothing");
    assertThatThrownBy(() -> Rehearsal.of("S1").with("clients.load", "x").run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clients.load: x (expected: a number from 0.01 to 2)");
  }
}
