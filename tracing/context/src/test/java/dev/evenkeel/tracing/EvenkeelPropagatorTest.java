package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.testkit.ManualKernel;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvenkeelPropagatorTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final EvenkeelPropagator propagator =
      EvenkeelPropagator.withMargin(Duration.ofMillis(20), 0.05, kernel);

  @Test
  void inject_withoutACall_writesNothing() {
    assertThat(injected(Context.root()).values).isEmpty();
  }

  @Test
  void inject_withADeadline_writesWhatIsLeftLessTheMargin() {
    assertThat(injectedWithin(Duration.ofSeconds(1)).get("evenkeel-timeout-ms")).isEqualTo("980");
    assertThat(injectedWithin(Duration.ofMillis(200)).get("evenkeel-timeout-ms"))
        .isEqualTo("190");
    assertThat(injectedWithin(Duration.ofMillis(1)).get("evenkeel-timeout-ms")).isEqualTo("1");
    assertThat(injectedWithin(Duration.ZERO).get("evenkeel-timeout-ms")).isEqualTo("1");
    assertThat(injectedWithin(Duration.ofDays(36_500)).get("evenkeel-timeout-ms"))
        .isEqualTo("9999999999");
  }

  @Test
  void inject_timeThatPassed_isNotWritten() {
    Deadline deadline = Deadline.after(Duration.ofSeconds(1), kernel);
    kernel.advance(Duration.ofMillis(500));

    Headers headers = deadline.call(() -> injected(Context.root()));

    assertThat(headers.get("evenkeel-timeout-ms")).isEqualTo("480");
  }

  @Test
  void inject_attemptAndCriticality() {
    Headers headers = CallContext.current()
        .withCriticality(Criticality.SHEDDABLE_PLUS)
        .call(() -> injected(Context.root()));

    assertThat(headers.get("evenkeel-attempt")).isEqualTo("1");
    assertThat(headers.get("evenkeel-criticality")).isEqualTo("sheddable-plus");
    assertThat(headers.values).doesNotContainKey("evenkeel-timeout-ms");
  }

  @Test
  void inject_onlyTheMirroredContext_isEnough() {
    Context context = extracted("evenkeel-timeout-ms", "1000", "evenkeel-criticality", "sheddable");

    Headers headers = injected(context);

    assertThat(headers.get("evenkeel-timeout-ms")).isEqualTo("980");
    assertThat(headers.get("evenkeel-criticality")).isEqualTo("sheddable");
  }

  @Test
  void inject_ofTwoDeadlines_theEarlierOne() {
    Context context = extracted("evenkeel-timeout-ms", "1000");

    assertThat(timeoutInjectedWithin(400, context)).isEqualTo("380");
    assertThat(timeoutInjectedWithin(4_000, context)).isEqualTo("980");
  }

  private String timeoutInjectedWithin(long millis, Context context) {
    return Deadline.after(Duration.ofMillis(millis), kernel)
        .call(() -> injected(context))
        .get("evenkeel-timeout-ms");
  }

  /** OpenTelemetry's agent injects into a map with what our own client has written. */
  @Test
  void inject_beneathOurOwnClient_lengthensNothing() {
    Context context = extracted("evenkeel-timeout-ms", "1000", "evenkeel-criticality", "sheddable");
    Map<String, List<String>> shorter = new HashMap<>(Map.of(
        "evenkeel-timeout-ms", List.of("280"),
        "evenkeel-attempt", List.of("2"),
        "evenkeel-criticality", List.of("critical")));
    Map<String, List<String>> longer =
        new HashMap<>(Map.of("evenkeel-timeout-ms", List.of("5000")));
    Map<String, List<String>> garbage = new HashMap<>(Map.of("evenkeel-timeout-ms", List.of("x")));

    for (Map<String, List<String>> headers : List.of(shorter, longer, garbage)) {
      propagator.inject(context, headers, (map, name, value) -> map.put(name, List.of(value)));
    }

    assertThat(shorter)
        .containsEntry("evenkeel-timeout-ms", List.of("280"))
        .containsEntry("evenkeel-attempt", List.of("2"))
        .containsEntry("evenkeel-criticality", List.of("critical"));
    assertThat(longer)
        .containsEntry("evenkeel-timeout-ms", List.of("980"))
        .containsEntry("evenkeel-attempt", List.of("1"))
        .containsEntry("evenkeel-criticality", List.of("sheddable"));
    assertThat(garbage).containsEntry("evenkeel-timeout-ms", List.of("980"));
  }

  @Test
  void extract_nothing_changesNothing() {
    assertThat(extracted()).isSameAs(Context.root());
    assertThat(extracted("evenkeel-attempt", "1")).isSameAs(Context.root());
  }

  @Test
  void extract_smallestValidTimeout_holds() {
    assertThat(millisLeft("evenkeel-timeout-ms", "300")).isEqualTo(300);
    assertThat(millisLeft("evenkeel-timeout-ms", "300", "evenkeel-timeout-ms", "200"))
        .isEqualTo(200);
    assertThat(millisLeft("grpc-timeout", "2S", "connect-timeout-ms", "1500")).isEqualTo(1_500);
    assertThat(millisLeft(
            "evenkeel-timeout-ms",
            "900",
            "x-envoy-expected-rq-timeout-ms",
            "700",
            "grpc-timeout",
            "800m",
            "connect-timeout-ms",
            "-5"))
        .isEqualTo(700);
    assertThat(propagator.ignoredValues()).isEqualTo(1);
  }

  @Test
  void extract_zero_meansThatTheTimeIsOver() {
    Context context = extracted("evenkeel-timeout-ms", "0");

    assertThat(CallContexts.from(context).deadline().isExpired()).isTrue();
  }

  @Test
  void extract_onlyShortensADeadline() {
    Context context = extracted("evenkeel-timeout-ms", "300");

    Context longer =
        propagator.extract(context, Headers.of("evenkeel-timeout-ms", "5000"), Headers.GETTER);

    assertThat(CallContexts.from(longer).deadline().remaining()).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void extract_whatDoesNotParse_isIgnoredAndCounted() {
    Context context = extracted(
        "evenkeel-timeout-ms",
        "+5",
        "grpc-timeout",
        "５m",
        "evenkeel-criticality",
        "vital",
        "evenkeel-attempt",
        "-1");

    assertThat(context).isSameAs(Context.root());
    assertThat(propagator.ignoredValues()).isEqualTo(4);
  }

  @Test
  void extract_whatDoesNotParse_isLoggedOnce_withoutWhatCouldFakeALine() {
    try (Logs logs = new Logs()) {
      extracted("evenkeel-timeout-ms", "5\r\nERROR " + "x".repeat(100));
      extracted("evenkeel-attempt", "-1", "grpc-timeout", "0n5");

      assertThat(logs.lines())
          .containsExactly("evenkeel-timeout-ms: \"5??ERROR " + "x".repeat(31)
              + "...\" (expected: 1 to 10 digits); ignored, as others like it will be without a"
              + " word");
    }
    assertThat(propagator.ignoredValues()).isEqualTo(3);
  }

  /** The clock of a process that was frozen, or of a machine that slept. */
  @Test
  void clockThatJumps_endsTheTime_andLengthensNone() {
    Context context = extracted("evenkeel-timeout-ms", "1000");
    kernel.freeze(Duration.ofDays(400));

    assertThat(CallContexts.from(context).deadline().isExpired()).isTrue();
    assertThat(injected(context).get("evenkeel-timeout-ms")).isEqualTo("1");
    assertThat(millisLeft("evenkeel-timeout-ms", "1000")).isEqualTo(1_000);
  }

  @Test
  void clockAtItsEnd_wrapsAround() {
    ManualKernel last = ManualKernel.startingAt(Long.MAX_VALUE - 5);
    EvenkeelPropagator wrapping = EvenkeelPropagator.withMargin(Duration.ofMillis(20), 0.05, last);
    Context context = wrapping.extract(
        Context.root(), Headers.of("evenkeel-timeout-ms", "9999999999"), Headers.GETTER);
    last.advance(Duration.ofSeconds(1));

    Deadline deadline = CallContexts.from(context).deadline();
    assertThat(deadline.isExpired()).isFalse();
    assertThat(deadline.remaining()).isLessThan(Duration.ofMillis(9_999_999_999L));
  }

  @Test
  void extract_attempt_ofEitherHeader() {
    assertThat(CallContexts.inboundAttempt(extracted("evenkeel-attempt", "3"))).isEqualTo(3);
    assertThat(CallContexts.inboundAttempt(extracted("x-envoy-attempt-count", "2")))
        .isEqualTo(2);
    assertThat(CallContexts.inboundAttempt(Context.root())).isEqualTo(1);
  }

  @Test
  void extract_inboundAttempt_isNotWrittenOn() {
    Context context = extracted("evenkeel-attempt", "3", "evenkeel-timeout-ms", "1000");

    assertThat(injected(context).get("evenkeel-attempt")).isEqualTo("1");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nulls_asTheSpecificationAsks_areNoFailure() {
    propagator.inject(null, new Headers(), Headers::set);
    propagator.inject(Context.root(), new Headers(), null);
    assertThat(propagator.extract(null, new Headers(), Headers.GETTER)).isSameAs(Context.root());
    assertThat(propagator.extract(Context.root(), new Headers(), null)).isSameAs(Context.root());
  }

  @Test
  void withMargin_outOfBounds_isAnError() {
    assertThatThrownBy(() -> EvenkeelPropagator.withMargin(Duration.ofMillis(-1), 0.1))
        .hasMessageContaining("maxMargin:");
    assertThatThrownBy(() -> EvenkeelPropagator.withMargin(Duration.ZERO, 1.1))
        .hasMessageContaining("share: 1.1 (expected: 0.0 to 1.0)");
  }

  private long millisLeft(String... namesAndValues) {
    return CallContexts.from(extracted(namesAndValues)).deadline().remaining().toMillis();
  }

  private Context extracted(String... namesAndValues) {
    return propagator.extract(Context.root(), Headers.of(namesAndValues), Headers.GETTER);
  }

  private Headers injectedWithin(Duration timeLeft) {
    return Deadline.after(timeLeft, kernel).call(() -> injected(Context.root()));
  }

  private Headers injected(Context context) {
    Headers headers = new Headers();
    propagator.inject(context, headers, Headers::set);
    return headers;
  }
}
