package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.GateState;
import dev.evenkeel.failback.FleetView.Kind;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.StepSums;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {

  @Property
  void sharedState_writtenAndRead_isTheSame(
      @ForAll Kind kind,
      @ForAll @LongRange(min = 0) long count,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0, max = 1e300) double number) {
    if (kind == Kind.ALONE) {
      return;
    }
    SharedState state = new SharedState(
        kind, count, 7, "pod-7#a-0", count, share, number, count, number, number, count, 3);
    assertThat(SharedState.of(state.text())).isEqualTo(state);
    assertThat(state.text().length()).isLessThan(FleetStore.MOST_CHARACTERS);
  }

  @Property
  void report_writtenAndRead_isTheSame(
      @ForAll GateState.Kind kind,
      @ForAll @LongRange(min = 0) long count,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0, max = 1e300) double number) {
    MemberReport report = new MemberReport(
        kind,
        count,
        new Memory(number, number, share, number, number),
        5,
        6,
        share,
        number,
        count,
        new StepSums(count, count, count, count, number, number, count, number, number, 9));
    String text = ReportText.of(report, 5, 6);
    assertThat(ReportText.parse(text)).isEqualTo(report);
    assertThat(text.length()).isLessThan(FleetStore.MOST_CHARACTERS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s2 CLOSED 1 1 - 1 1 1 1 1 1 1 1",
        "s1 CLOSED 1 1 -",
        "s1 ALONE 1 1 - 1 1 1 1 1 1 1 1",
        "s1 WRONG 1 1 - 1 1 1 1 1 1 1 1",
        "s1 CLOSED -1 1 - 1 1 1 1 1 1 1 1",
        "s1 CLOSED 1 1 - 1 1.1 1 1 1 1 1 1",
        "s1 CLOSED 1 1 - 1 NaN 1 1 1 1 1 1",
        "s1 CLOSED 1 1 - 1 1 Infinity 1 1 1 1 1",
        "s1 CLOSED 99999999999999999999 1 - 1 1 1 1 1 1 1 1",
        "<html>502 Bad Gateway</html>"
      })
  void sharedState_garbage_isRefused(String garbage) {
    assertThatThrownBy(() -> SharedState.of(garbage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void report_garbage_isRefused() {
    String text = ReportText.of(Rows.open("a").report(), 1, 2);
    assertThatThrownBy(() -> ReportText.parse(text + " 1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ReportText.parse(text.replace("OPEN", "open")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ReportText.parse(text.replace("10.0", "NaN")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
