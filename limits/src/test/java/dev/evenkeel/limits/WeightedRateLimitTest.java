package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls that take several permits of a rate limit. */
class WeightedRateLimitTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 1_000_000);

  private static RateLimit quota(int calls) {
    return RateLimit.of(calls, MINUTE)
        .weigh(call -> call.key() == null ? 1 : Integer.parseInt(call.key()));
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("exchange").kernel(kernel).policies(policies).build();
  }

  private static int admitted(Pipeline pipeline, int calls) {
    int admitted = 0;
    for (int i = 0; i < calls; i++) {
      if (pipeline.callOrElse(() -> true, false)) {
        admitted++;
      }
    }
    return admitted;
  }

  @Test
  void callThatCostsFive_takesFivePermits() {
    Pipeline exchange = pipeline(quota(1_200));
    assertThat(admitted(exchange.forKey("5"), 2_000)).isEqualTo(240);
    kernel.advance(MINUTE);
    assertThat(admitted(exchange.forKey("5"), 239)).isEqualTo(239);
    assertThat(admitted(exchange, 100)).as("five permits are left").isEqualTo(5);
  }

  @Test
  void heavyCall_isRefusedWhereALightOneStillFits() {
    Pipeline exchange = pipeline(quota(7));
    assertThat(admitted(exchange.forKey("5"), 2)).isEqualTo(1);
    assertThat(admitted(exchange, 9)).isEqualTo(2);
  }

  @Test
  void weightOutOfBounds_isCutToThem_andAFaultyWeigherCountsAsOne() {
    Pipeline exchange = pipeline(quota(10));
    assertThat(admitted(exchange.forKey("1000"), 3)).as("all of a period").isEqualTo(1);
    kernel.advance(MINUTE);
    assertThat(admitted(exchange.forKey("-5"), 20)).isEqualTo(10);
    kernel.advance(MINUTE);
    assertThat(admitted(exchange.forKey("no number"), 20)).isEqualTo(10);
  }

  @Test
  void heavyCall_waitsForAsManyPeriodsAsItNeeds() {
    RateLimit quota = quota(4);
    quota.setMaxWait(Duration.ofMinutes(3));
    Pipeline exchange = pipeline(quota);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(exchange.forKey("3").callAsync(() -> CompletableFuture.completedFuture("there")));
    }
    assertThat(calls).map(CompletableFuture::isDone).containsExactly(true, false, false, false);
    kernel.advance(MINUTE);
    assertThat(calls).map(CompletableFuture::isDone).containsExactly(true, true, false, false);
    kernel.advance(MINUTE);
    assertThat(calls).map(CompletableFuture::isDone).containsExactly(true, true, true, false);
    kernel.advance(MINUTE);
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void refusalInside_givesAllPermitsBack() {
    Pipeline exchange = pipeline(quota(5), ConcurrencyLimit.of(1));
    String answer = exchange.call(() -> {
      assertThatThrownBy(() -> exchange.forKey("4").run(() -> {}))
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("concurrency-limit");
      return "outer";
    });
    assertThat(answer).isEqualTo("outer");
    assertThat(admitted(exchange.forKey("4"), 2)).isEqualTo(1);
  }

  @Test
  void callThatGivesUpWhileItWaits_leavesNoPeriodWithTooMany() {
    RateLimit quota = quota(4);
    quota.setMaxWait(Duration.ofMinutes(3));
    Pipeline exchange = pipeline(quota);
    assertThat(admitted(exchange.forKey("4"), 1)).isEqualTo(1);
    CompletableFuture<String> waiting =
        exchange.forKey("3").callAsync(() -> CompletableFuture.completedFuture("never"));
    assertThat(waiting.cancel(true)).isTrue();
    quota.setMaxWait(Duration.ZERO);
    kernel.advance(MINUTE);
    assertThat(admitted(exchange, 9)).isBetween(1, 4);
    kernel.advance(MINUTE);
    assertThat(admitted(exchange, 9)).isEqualTo(4);
  }

  @Test
  void weigherOfNewSettings_isInForce() {
    Pipeline exchange = pipeline(RateLimit.of(10, MINUTE));
    long unused = exchange.update(RateLimit.of(10, MINUTE).weigh(call -> 5));
    assertThat(admitted(exchange, 9)).isEqualTo(2);
    assertThatThrownBy(() -> RateLimit.of(1, MINUTE).weigh(null))
        .hasMessage("permits: null (expected: a value)");
  }
}
