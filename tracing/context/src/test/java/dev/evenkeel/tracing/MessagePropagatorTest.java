package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.testkit.ManualKernel;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deadline that a message carries through a queue. */
class MessagePropagatorTest {

  private final ManualKernel kernel = ManualKernel.withSeed(1);
  private final AtomicLong wall = new AtomicLong(1_000_000);
  private final MessagePropagator propagator = MessagePropagator.withClockSkew(
      Duration.ofMillis(250),
      EvenkeelPropagator.withMargin(Duration.ZERO, 0, kernel),
      wall::get,
      kernel);

  private Headers sent(CallContext call) {
    Headers headers = new Headers();
    propagator.inject(CallContexts.with(Context.root(), call), headers, Headers::set);
    return headers;
  }

  private CallContext received(Headers headers) {
    return CallContexts.effective(propagator.extract(Context.root(), headers, Headers.GETTER));
  }

  private CallContext within(long millis) {
    return CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(millis), kernel));
  }

  @Test
  void deadline_isWrittenAsTimeLeftAndAsPointInTime() {
    assertThat(sent(within(5_000)).values)
        .containsEntry("evenkeel-timeout-ms", List.of("5000"))
        .containsEntry("evenkeel-deadline", List.of("1005000"));
  }

  @Test
  void nothingSet_nothingIsWritten() {
    assertThat(sent(CallContext.current()).values).isEmpty();
  }

  @Test
  void timeInTheQueue_isTakenFromTheDeadline() {
    Headers headers = sent(within(5_000));
    wall.addAndGet(3_000); // in the queue, on another machine
    assertThat(received(headers).deadline().remaining()).isEqualTo(Duration.ofMillis(2_250));
  }

  @Test
  void deadlinePassed_isExpiredOnlyBeyondTheClockSkew() {
    Headers headers = sent(within(5_000));
    wall.addAndGet(5_249);
    assertThat(received(headers).deadline().isExpired()).isFalse();
    wall.addAndGet(1);
    assertThat(received(headers).deadline().isExpired()).isTrue();
  }

  @Test
  void timeLeftThatIsShorter_wins() {
    Headers headers = sent(within(5_000));
    headers.set("evenkeel-timeout-ms", "100");
    assertThat(received(headers).deadline().remaining()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void senderWhoseClockIsAhead_getsNoMoreThanTheTimeLeftItWrote() {
    Headers headers = sent(within(5_000));
    wall.addAndGet(-3_600_000);
    assertThat(received(headers).deadline().remaining()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void attemptAndCriticality_travelToo() {
    Headers headers = sent(CallContext.current().withCriticality(Criticality.SHEDDABLE));
    assertThat(received(headers).criticality()).isEqualTo(Criticality.SHEDDABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-5", "+5", "5 ", "٣", "1e9", "0x10", "1234567890123456"})
  void garbage_isIgnoredAndCounted(String value) {
    assertThat(received(Headers.of("evenkeel-deadline", value)).deadline()).isNull();
    assertThat(propagator.ignoredValues()).isOne();
  }

  @Test
  void farAway_isClampedAndNoOverflow() {
    assertThat(received(Headers.of("evenkeel-deadline", "999999999999999"))
            .deadline()
            .isExpired())
        .isFalse();
  }

  @Test
  void zero_isOverAndNotUnlimited() {
    assertThat(received(Headers.of("evenkeel-deadline", "0")).deadline().isExpired())
        .isTrue();
  }

  @Property
  void whateverComes_nothingIsThrown(@ForAll @StringLength(max = 30) String value) {
    received(Headers.of("evenkeel-deadline", value));
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> MessagePropagator.withClockSkew(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clockSkew");
    assertThatThrownBy(() -> MessagePropagator.withClockSkew(null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void standard_readsTheWallClock() {
    MessagePropagator standard = MessagePropagator.standard();
    Headers headers = new Headers();
    CallContext call =
        CallContext.current().withDeadline(Deadline.after(Duration.ofHours(1), Kernel.system()));
    standard.inject(CallContexts.with(Context.root(), call), headers, Headers::set);
    long at = Long.parseLong(headers.get("evenkeel-deadline"));
    assertThat(at - System.currentTimeMillis()).isBetween(3_500_000L, 3_600_000L);
    assertThat(standard.fields()).contains("evenkeel-deadline", "evenkeel-timeout-ms");
  }
}
