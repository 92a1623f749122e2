package dev.evenkeel.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import org.junit.jupiter.api.Test;

class RecordingTest {

  private static final Bin BIN = new Bin(4, 3, 2, 1, GateState.Kind.RAMPING, 0.5);

  @Test
  void beforeTheStart_nothingIsRecorded() {
    Recording recording = new Recording(2);
    recording.service(30);
    recording.member(1, BIN);
    assertThat(recording.seconds()).isZero();
    assertThat(recording.sums()).isEmpty();
    assertThat(recording.last()).containsOnly(Bin.NOTHING);
  }

  @Test
  void afterTheStart_allProcessesAreAddedUp() {
    Recording recording = new Recording(2);
    recording.start();
    recording.service(30);
    recording.member(0, BIN);
    recording.member(1, BIN);
    assertThat(recording.sums().stream().mapToLong(Bin::asked).sum()).isEqualTo(8);
    assertThat(recording.sums().stream().mapToLong(Bin::failed).sum()).isEqualTo(2);
    assertThat(recording.capacities()).contains(30.0);
    assertThat(recording.last()).containsExactly(BIN, BIN);
    assertThat(recording.shares().get(recording.shares().size() - 1)).containsExactly(0.5, 0.5);
  }

  @Test
  void bin_isReadAsItIsWritten() {
    assertThat(Bin.parse(BIN.line())).isEqualTo(BIN);
  }
}
