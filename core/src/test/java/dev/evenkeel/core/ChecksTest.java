package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Checks} says, and how a {@link Refusal} reads. */
class ChecksTest {

  @Test
  void null_isNamed() {
    assertThatThrownBy(() -> Checks.notNull("field", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("field: null (expected: a value)");
    assertThatThrownBy(() -> Checks.name("field", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("field: null (expected: a value)");
    assertThatThrownBy(() -> Checks.positiveNanos("field", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("field: null (expected: a value)");
    assertThatThrownBy(() -> Checks.nonNegativeNanos("field", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("field: null (expected: a value)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -0.001, 1.001, Double.POSITIVE_INFINITY})
  void numbersOutOfBounds_areRefused(double value) {
    assertThatThrownBy(() -> Checks.range("share", value, 0.0, 1.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share: " + value + " (expected: 0.0 to 1.0)");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 11, Integer.MAX_VALUE})
  void wholeNumbersOutOfBounds_areRefused(int value) {
    assertThatThrownBy(() -> Checks.range("count", value, 1, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count: " + value + " (expected: 1 to 10)");
  }

  @Test
  void bounds_areAllowed() {
    assertThat(Checks.range("count", 1, 1, 10)).isEqualTo(1);
    assertThat(Checks.range("count", 10, 1, 10)).isEqualTo(10);
    assertThat(Checks.range("share", 1.0, 0.0, 1.0)).isEqualTo(1.0);
    assertThat(Checks.positiveNanos("time", Duration.ofNanos(1))).isEqualTo(1);
    assertThat(Checks.nonNegativeNanos("time", Duration.ZERO)).isZero();
    assertThat(Checks.positiveNanos("time", Checks.MAX_DURATION))
        .isEqualTo(Checks.MAX_DURATION.toNanos());
  }

  @Test
  void timesThatAreZeroNegativeOrTooLong_areRefused() {
    assertThatThrownBy(() -> Checks.positiveNanos("time", Duration.ZERO))
        .hasMessage("time: 0 s (expected: more than zero, at most 36500 days)");
    assertThatThrownBy(() -> Checks.positiveNanos("time", Checks.MAX_DURATION.plusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Checks.nonNegativeNanos("time", Duration.ofNanos(-1)))
        .hasMessage("time: -1 ns (expected: zero to 36500 days)");
    assertThatThrownBy(() -> Checks.nonNegativeNanos("time", Duration.ofSeconds(Long.MAX_VALUE)))
        .as("no overflow")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Checks.positiveNanos("time", Duration.ofSeconds(Long.MIN_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void anyNegativeNumber_readsAsARefusalWithATimeThatIsNotNegative(
      @ForAll @LongRange(min = Long.MIN_VALUE, max = -1) long refusal) {
    assertThat(Refusal.reason(refusal)).isNotNull();
    assertThat(Refusal.retryAfterNanos(refusal)).isNotNegative();
  }

  @Property
  void refusal_isExactToTheMicrosecondForAnyTime(
      @ForAll RefusalReason reason, @ForAll long retryAfterNanos) {
    long refusal = Refusal.of(reason, retryAfterNanos);
    assertThat(refusal).isNegative();
    assertThat(Refusal.reason(refusal)).isEqualTo(reason);
    assertThat(Refusal.retryAfterNanos(refusal))
        .isEqualTo(Math.max(0, retryAfterNanos) / 1_000 * 1_000);
  }

  @Test
  void refusalThatIsNoneOfOurs_readsAsOtherWithoutATime() {
    for (long foreign : new long[] {Long.MIN_VALUE, -1, -2, -5, -1_000_000, Long.MIN_VALUE / 2}) {
      assertThat(Refusal.reason(foreign)).as("%d", foreign).isEqualTo(RefusalReason.OTHER);
      assertThat(Refusal.retryAfterNanos(foreign)).isZero();
    }
    assertThat(Refusal.retryAfterNanos(Long.MIN_VALUE)).isZero();
  }

  @Test
  void times_arePrintedWithTheirUnit_andAllTheirFigures() {
    assertThat(Checks.text(Duration.ZERO)).isEqualTo("0 s");
    assertThat(Checks.text(Duration.ofNanos(999))).isEqualTo("999 ns");
    assertThat(Checks.text(Duration.ofNanos(1_500))).isEqualTo("1.5 us");
    assertThat(Checks.text(Duration.ofMillis(500))).isEqualTo("500 ms");
    assertThat(Checks.text(Duration.ofNanos(9_999_999))).isEqualTo("9.999999 ms");
    assertThat(Checks.text(Duration.ofMillis(1_500))).isEqualTo("1500 ms");
    assertThat(Checks.text(Duration.ofMillis(-90_500))).isEqualTo("-90.5 s");
    assertThat(Checks.text(Duration.ofHours(1))).isEqualTo("3600 s");
    assertThat(Checks.text(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE + " s");
    assertThat(Checks.text(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE + " s");
    assertThatThrownBy(() -> Checks.text(null)).hasMessage("time: null (expected: a value)");
  }
}
