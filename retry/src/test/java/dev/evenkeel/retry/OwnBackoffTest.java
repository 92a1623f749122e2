package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Waits of one's own: factors, sums, lists and functions. */
class OwnBackoffTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 1_000_000);
  private final List<Long> waitsMillis = new ArrayList<>();
  private final List<RetryDenial> denials = new ArrayList<>();

  private Retry.Builder retry(int attempts, Backoff backoff) {
    return Retry.builder().maxAttempts(attempts).backoff(backoff).unlimitedBudget();
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("orders")
        .kernel(kernel)
        .policies(policies)
        .listener(new PipelineListener() {
          @Override
          public void onRetry(CallView call, long waitNanos) {
            waitsMillis.add(waitNanos / 1_000_000);
          }

          @Override
          public void onRetryDenied(CallView call, RetryDenial reason) {
            denials.add(reason);
          }
        })
        .build();
  }

  private List<Long> waits(int attempts, Backoff backoff) {
    return waits(attempts, backoff, new IOException("down"));
  }

  private List<Long> waits(int attempts, Backoff backoff, Exception failure) {
    waitsMillis.clear();
    Pipeline pipeline = pipeline(retry(attempts, backoff).build());
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw failure;
        }))
        .isSameAs(failure);
    return waitsMillis;
  }

  @Test
  void exponential_growsByItsFactor_upToTheCap() {
    Backoff backoff = Backoff.exponential(Duration.ofMillis(100), 1.5, Duration.ofMillis(500));
    assertThat(waits(7, backoff)).containsExactly(100L, 150L, 225L, 337L, 500L, 500L);
    assertThat(backoff).hasToString("100 ms x 1.5 to 500 ms");
  }

  @Test
  void linear_growsByItsStep_upToTheCap() {
    Backoff backoff = Backoff.linear(Duration.ofMillis(100), Duration.ofMillis(50), SECOND);
    assertThat(waits(5, backoff)).containsExactly(100L, 150L, 200L, 250L);
    assertThat(backoff).hasToString("100 ms + 50 ms to 1 s");
    assertThat(backoff.waitNanos(10_000, null, null, 0, 0)).isEqualTo(SECOND.toNanos());
  }

  @Test
  void list_isWaitedAsWritten_andItsLastOneFromThenOn() {
    Backoff backoff = Backoff.of(Duration.ofMillis(500), SECOND, Duration.ofMillis(200));
    assertThat(waits(6, backoff)).containsExactly(500L, 1_000L, 200L, 200L, 200L);
    assertThat(backoff).hasToString("500 ms, 1 s, 200 ms");
    assertThat(retry(2, backoff).build().maxWait()).isEqualTo(SECOND);
  }

  @Test
  void function_knowsTheAttemptAndTheFailure() {
    Backoff backoff = Backoff.of(
        (attempt, failure, result) ->
            failure instanceof ConnectException ? SECOND : Duration.ofMillis(10L * attempt),
        Duration.ofSeconds(5));
    assertThat(waits(4, backoff)).containsExactly(10L, 20L, 30L);
    assertThat(waits(3, backoff, new ConnectException())).containsExactly(1_000L, 1_000L);
    assertThat(waits(3, backoff, new ExecutionException(new ConnectException())))
        .as("the cause")
        .containsExactly(1_000L, 1_000L);
    assertThat(backoff).hasToString("a function, up to 5 s");
  }

  @Test
  void function_knowsTheResult() {
    Retry byResult = retry(
            3,
            Backoff.of((attempt, failure, result) -> Duration.ofMillis((Integer) result), SECOND))
        .retryOnResult(result -> true)
        .build();
    assertThat(pipeline(byResult).<Integer, RuntimeException>call(() -> 70)).isEqualTo(70);
    assertThat(waitsMillis).containsExactly(70L, 70L);
  }

  @Test
  void function_thatAsksForMoreThanTheCap_isCut() {
    assertThat(waits(2, Backoff.of((attempt, f, r) -> Duration.ofDays(1), SECOND)))
        .containsExactly(1_000L);
    assertThat(waits(2, Backoff.of((attempt, f, r) -> Duration.ofSeconds(Long.MAX_VALUE), SECOND)))
        .containsExactly(1_000L);
    assertThat(waits(2, Backoff.of((attempt, f, r) -> Duration.ZERO, SECOND))).containsExactly(0L);
  }

  @Test
  void function_thatIsFaulty_endsTheRetries_andTheCallersFailureStays() {
    assertThat(waits(3, Backoff.of((attempt, f, r) -> null, SECOND))).isEmpty();
    assertThat(waits(3, Backoff.of((attempt, f, r) -> Duration.ofNanos(-1), SECOND)))
        .isEmpty();
    assertThat(waits(
            3,
            Backoff.of(
                (attempt, f, r) -> {
                  throw new AssertionError("faulty");
                },
                SECOND)))
        .isEmpty();
  }

  @Test
  void jitter_takesAShareAway_andKeepsTheCap() {
    Backoff some = Backoff.fixed(SECOND).withJitter(0.2);
    assertThat(some.waitNanos(1, null, null, 0, 0)).isEqualTo(800_000_000);
    assertThat(some.waitNanos(1, null, null, 0, 1L << 63)).isEqualTo(900_000_000);
    assertThat(some.waitNanos(1, null, null, 0, -1)).isBetween(999_000_000L, 1_000_000_000L);
    assertThat(some).hasToString("1 s, 20 % jitter");
    assertThat(Backoff.fullJitter(Duration.ofMillis(100), SECOND).withJitter(0))
        .hasToString("100 ms x 2 to 1 s");
    assertThat(Backoff.equalJitter(Duration.ofMillis(100), SECOND))
        .hasToString("100 ms x 2 to 1 s, equal jitter");
    assertThatThrownBy(
            () -> Backoff.decorrelatedJitter(Duration.ofMillis(1), SECOND).withJitter(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("withJitter: of decorrelated jitter");
  }

  @Test
  void sixHundredAttempts_canBeSaid() {
    assertThat(waits(600, Backoff.fixed(Duration.ofMillis(1)))).hasSize(599);
  }

  @Test
  void waitsBeyondTheTotalTimeout_areWarnedOf() {
    Timeout total = Timeout.total(SECOND);
    assertThat(pipeline(
                total,
                retry(3, Backoff.fixed(Duration.ofSeconds(5))).build(),
                Timeout.ofMillis(100))
            .warnings())
        .containsExactly("orders: backoff: 10 s in all for 3 attempts (expected: less than the"
            + " total timeout, 1 s); later attempts are never made");
    assertThat(pipeline(
                total,
                retry(3, Backoff.fixed(Duration.ofMillis(300))).build(),
                Timeout.ofMillis(100))
            .warnings())
        .isEmpty();
    assertThat(pipeline(total, Timeout.ofMillis(300), Retry.jittered(3)).warnings())
        .isEmpty();
  }

  @Test
  void moreAttemptsThanTheBudgetEverStores_areWarnedOf() {
    Pipeline everySecond = pipeline(
        Timeout.total(Duration.ofMinutes(5)),
        Timeout.ofMillis(500),
        Retry.builder().maxAttempts(100).backoff(Backoff.fixed(SECOND)).build());
    assertThat(everySecond.warnings())
        .containsExactly("orders: retry: maxAttempts: 100 (expected: at most 51, because its budget"
            + " stores no more than 50 retries; or RetryBudget.of with more, or unlimitedBudget)");
  }

  @Test
  void badSettings_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.exponential(SECOND, Double.NaN, SECOND))
        .withMessage("factor: NaN (expected: 1.0 to 100.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.exponential(SECOND, 0.5, SECOND))
        .withMessage("factor: 0.5 (expected: 1.0 to 100.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.linear(SECOND, Duration.ofNanos(-1), SECOND))
        .withMessageStartingWith("step: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.of(SECOND, Duration.ZERO))
        .withMessage("wait: 0 s (expected: more than zero, at most 36500 days)");
    assertThatThrownBy(() -> Backoff.of(SECOND, (Duration) null))
        .hasMessage("next[0]: null (expected: a value)");
    assertThatThrownBy(() -> Backoff.of((DelayFunction) null, SECOND))
        .hasMessage("function: null (expected: a value)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.fixed(SECOND).withJitter(-0.1))
        .withMessage("share: -0.1 (expected: 0.0 to 1.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.builder().maxAttempts(10_001))
        .withMessage("maxAttempts: 10001 (expected: 1 to 10000)");
  }
}
