package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RateLimitTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private ManualKernel kernel = ManualKernel.create();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  private static RateLimit waiting(int calls, Duration maxWait) {
    RateLimit limit = RateLimit.of(calls, SECOND);
    limit.setMaxWait(maxWait);
    return limit;
  }

  private CallRefusedException refused(Pipeline pipeline) {
    return catchThrowableOfType(CallRefusedException.class, () -> pipeline.run(() -> {}));
  }

  private int passed(Pipeline pipeline, int calls) {
    int passed = 0;
    for (int i = 0; i < calls; i++) {
      passed += pipeline.call(() -> 1, failure -> 0);
    }
    return passed;
  }

  @Test
  void callsAboveTheLimit_areRefusedUntilThePeriodEnds_atAnyTimeOfTheClock() {
    for (long start : new long[] {0, -5, Long.MIN_VALUE, Long.MAX_VALUE - 1_500_000_000L}) {
      kernel = ManualKernel.startingAt(start);
      Pipeline pipeline = pipeline(RateLimit.of(3, SECOND));
      for (int period = 0; period < 4; period++) {
        assertThat(passed(pipeline, 10)).isEqualTo(3);
        CallRefusedException refusal = refused(pipeline);
        assertThat(refusal.reason()).isEqualTo(RefusalReason.RATE_LIMIT);
        assertThat(refusal.retryAfter()).isEqualTo(SECOND);
        kernel.advance(Duration.ofMillis(999));
        assertThat(refused(pipeline).retryAfter()).isEqualTo(Duration.ofMillis(1));
        kernel.advance(Duration.ofMillis(1));
      }
    }
  }

  @Test
  void unusedPermits_areNotSaved() {
    Pipeline pipeline = pipeline(RateLimit.of(3, SECOND));
    assertThat(passed(pipeline, 1)).isEqualTo(1);
    kernel.advance(Duration.ofDays(10_000));
    assertThat(passed(pipeline, 10)).isEqualTo(3);
  }

  @Test
  void blockingCall_waitsForItsPeriod() {
    Pipeline pipeline = pipeline(waiting(2, Duration.ofSeconds(3)));
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      pipeline.run(() -> times.add(kernel.nanoTime() / 1_000_000));
    }
    assertThat(times).containsExactly(0L, 0L, 1_000L, 1_000L, 2_000L, 2_000L, 3_000L);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void asynchronousCalls_waitForTheirPeriods_andTheRestIsRefusedAtOnce() {
    Pipeline pipeline = pipeline(waiting(2, Duration.ofMillis(1_500)));
    List<Long> times = new ArrayList<>();
    List<CompletableFuture<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(pipeline.callAsync(() -> {
        times.add(kernel.nanoTime() / 1_000_000);
        return CompletableFuture.completedFuture("ok");
      }));
    }
    assertThat(calls.get(4)).isCompletedExceptionally();
    assertThat(calls.get(5)).isCompletedExceptionally();
    assertThat(kernel.armedTimers()).isEqualTo(2);
    kernel.advance(Duration.ofSeconds(5));
    assertThat(times).containsExactly(0L, 0L, 1_000L, 1_000L);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void callsThatWaited_whileTheProcessStoodStill_askAnew_andDoNotGoAllAtOnce() {
    Pipeline pipeline = pipeline(waiting(2, Duration.ofSeconds(4)));
    List<Long> times = new ArrayList<>();
    List<CompletableFuture<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(pipeline.callAsync(() -> {
        times.add(kernel.nanoTime() / 1_000_000);
        return CompletableFuture.completedFuture("ok");
      }));
    }
    kernel.freeze(Duration.ofMillis(6_500)); // eight waited for four periods, which are over
    kernel.advance(Duration.ofSeconds(5));
    assertThat(times)
        .containsExactly(0L, 0L, 6_500L, 6_500L, 7_000L, 7_000L, 8_000L, 8_000L, 9_000L, 9_000L);
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void callsThatWaited_andAreOnlyALittleLate_keepTheirPermits() {
    Pipeline pipeline = pipeline(waiting(1, Duration.ofSeconds(4)));
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      CompletableFuture<Object> unused = pipeline.callAsync(() -> {
        times.add(kernel.nanoTime() / 1_000_000);
        return CompletableFuture.completedFuture("ok");
      });
    }
    kernel.freeze(Duration.ofMillis(2_250)); // its period ended a quarter of a second ago
    assertThat(times).containsExactly(0L, 2_250L);
  }

  @Test
  void waitThatWouldOutliveTheDeadline_isRefusedAtOnce_andTakesNoPermit() {
    Pipeline pipeline = pipeline(waiting(1, Duration.ofSeconds(10)));
    pipeline.run(() -> {});
    for (Duration timeLeft : List.of(Duration.ofMillis(500), SECOND)) {
      Deadline.after(timeLeft, kernel)
          .run(() -> assertThat(refused(pipeline).retryAfter()).isEqualTo(SECOND));
    }
    assertThat(kernel.nanoTime()).isZero();
    Deadline.after(Duration.ofMillis(1_001), kernel).run(() -> pipeline.run(() -> {}));
    assertThat(kernel.nanoTime()).isEqualTo(SECOND.toNanos());
  }

  @Test
  void attemptTimeout_beginsAfterTheWait() throws Exception {
    Pipeline pipeline = pipeline(waiting(1, Duration.ofSeconds(10)), Timeout.ofMillis(100));
    pipeline.run(() -> {});
    pipeline.run(() -> kernel.sleepUntil(kernel.nanoTime() + 99_000_000L));
    assertThat(kernel.nanoTime()).isEqualTo(1_099_000_000L);
  }

  @Test
  void cancelledWait_givesItsPermitToWhoeverComesNext() {
    Pipeline pipeline = pipeline(waiting(1, Duration.ofSeconds(2)));
    pipeline.run(() -> {});
    CompletableFuture<String> first = call(pipeline);
    CompletableFuture<String> second = call(pipeline);
    assertThat(call(pipeline)).isCompletedExceptionally();
    first.cancel(true);
    assertThat(kernel.armedTimers()).isEqualTo(1);
    kernel.advance(Duration.ofMillis(400));
    CompletableFuture<String> inItsPlace = call(pipeline);
    assertThat(inItsPlace).isNotDone();
    kernel.advance(Duration.ofMillis(600));
    assertThat(inItsPlace).isCompletedWithValue("ok");
    assertThat(second).isNotDone();
    kernel.advance(SECOND);
    assertThat(second).isCompletedWithValue("ok");
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void cancelledWait_whosePermitNobodyReserves_isFreeInItsPeriodOnly() {
    RateLimit limit = waiting(2, Duration.ofSeconds(2));
    Pipeline pipeline = pipeline(limit);
    assertThat(passed(pipeline, 2)).isEqualTo(2);
    CompletableFuture<String> waiting = call(pipeline);
    waiting.cancel(true);
    assertThat(waiting).isCancelled();
    limit.setMaxWait(Duration.ZERO);
    kernel.advance(SECOND);
    assertThat(passed(pipeline, 9)).isEqualTo(2);
    kernel.advance(SECOND);
    assertThat(passed(pipeline, 9)).isEqualTo(2);
  }

  @Test
  void refusalByAnInnerGate_givesThePermitBack() {
    ConcurrencyLimit inner = ConcurrencyLimit.of(1);
    Pipeline pipeline = pipeline(RateLimit.of(2, SECOND), inner);
    CompletableFuture<Object> running = pipeline.callAsync(CompletableFuture::new);
    for (int i = 0; i < 5; i++) {
      assertThat(refused(pipeline).reason()).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
    }
    running.cancel(true);
    pipeline.run(() -> {});
    assertThat(refused(pipeline).reason()).isEqualTo(RefusalReason.RATE_LIMIT);
  }

  @Test
  void interruptedWait_endsTheCall_andTheInterruptStays() {
    Pipeline pipeline = pipeline(waiting(1, Duration.ofSeconds(2)));
    pipeline.run(() -> {});
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipeline.run(() -> {}))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("rate-limit");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(call(pipeline)).isNotDone();
    assertThat(kernel.armedTimers()).isEqualTo(1);
    kernel.advance(SECOND);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void setCallsPerPeriod_holdsFromTheNextPeriodOn_andSettingsMayComeBeforeTheFirstCall() {
    RateLimit limit = RateLimit.of(5, SECOND);
    limit.setCallsPerPeriod(3);
    limit.setMaxWait(Duration.ZERO);
    Pipeline pipeline = pipeline(limit);
    assertThat(passed(pipeline, 9)).isEqualTo(3);
    limit.setCallsPerPeriod(7);
    assertThat(passed(pipeline, 9)).isZero();
    kernel.advance(SECOND);
    assertThat(passed(pipeline, 9)).isEqualTo(7);
    limit.setCallsPerPeriod(1);
    kernel.advance(SECOND);
    assertThat(passed(pipeline, 9)).isEqualTo(1);
  }

  @Test
  void drainPermissionsOnResult_endsThePeriod_andLeavesReservedPermitsReserved() {
    RateLimit limit = RateLimit.of(RateLimiterConfig.custom()
        .limitForPeriod(2)
        .limitRefreshPeriod(SECOND)
        .timeoutDuration(Duration.ofSeconds(1))
        .drainPermissionsOnResult(either -> either.isRight() && "429".equals(either.get()))
        .build());
    Pipeline pipeline = pipeline(limit);
    assertThat(pipeline.call(() -> "429")).isEqualTo("429");
    CompletableFuture<String> third = call(pipeline);
    CompletableFuture<String> fourth = call(pipeline);
    assertThat(third).isNotDone();
    assertThat(call(pipeline)).isCompletedExceptionally();
    kernel.advance(SECOND);
    assertThat(third).isCompletedWithValue("ok");
    assertThat(fourth).isCompletedWithValue("ok");
    assertThat(kernel.nanoTime()).isEqualTo(SECOND.toNanos());
    CompletableFuture<String> fifth = call(pipeline);
    assertThat(fifth).isNotDone();
    fifth.cancel(true);
  }

  @Test
  void draining_whileOthersWait_givesNoPermitTwice() {
    RateLimit limit = RateLimit.of(RateLimiterConfig.custom()
        .limitForPeriod(1)
        .limitRefreshPeriod(SECOND)
        .timeoutDuration(Duration.ofSeconds(3))
        .drainPermissionsOnResult(either -> true)
        .build());
    Pipeline pipeline = pipeline(limit);
    CompletableFuture<String> slow = new CompletableFuture<>();
    CompletableFuture<String> unused = pipeline.callAsync(() -> slow);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      unused = pipeline.callAsync(() -> {
        times.add(kernel.nanoTime() / 1_000_000);
        return CompletableFuture.completedFuture("429");
      });
    }
    slow.complete("429");
    assertThat(unused).isNotDone();
    kernel.advance(Duration.ofSeconds(10));
    assertThat(times).containsExactly(1_000L, 2_000L, 3_000L);
  }

  @Test
  void drainPredicateThatThrows_changesNothing() {
    Pipeline pipeline = pipeline(RateLimit.of(RateLimiterConfig.custom()
        .limitForPeriod(2)
        .limitRefreshPeriod(SECOND)
        .timeoutDuration(Duration.ZERO)
        .drainPermissionsOnResult(either -> {
          throw new IllegalStateException("fault of the user's");
        })
        .build()));
    assertThat(passed(pipeline, 5)).isEqualTo(2);
  }

  @Test
  void gateSharedByTwoPipelines_isOneLimit_evenWithACallThatReadTheClockEarlier() {
    RateLimit limit = RateLimit.of(3, SECOND);
    Pipeline one = pipeline(limit);
    Pipeline other = pipeline(limit);
    assertThat(passed(one, 2) + passed(other, 2)).isEqualTo(3);
    ScriptedTimes times = new ScriptedTimes(limit);
    assertThat(times.admit(5_000_000_000L)).isNotNegative();
    assertThat(times.admit(4_999_999_999L)).isNotNegative();
    assertThat(times.admit(5_000_000_000L)).isNotNegative();
    assertThat(times.admit(5_000_000_000L)).isNegative();
    assertThat(times.admit(6_000_000_000L)).isNotNegative();
  }

  @Test
  void perKey_waitsForEachKeyByItself() {
    Pipeline pipeline = pipeline(PerKey.of(() -> waiting(1, Duration.ofSeconds(1))));
    Pipeline a = pipeline.forKey("a");
    Pipeline b = pipeline.forKey("b");
    a.run(() -> {});
    b.run(() -> {});
    assertThat(kernel.nanoTime()).isZero();
    a.run(() -> {});
    assertThat(kernel.nanoTime()).isEqualTo(SECOND.toNanos());
  }

  @Test
  void badInput_isRefusedWithItsField() {
    assertThatNullPointerException()
        .isThrownBy(() -> RateLimit.of(null))
        .withMessage("config: null (expected: a value)");
    assertThatNullPointerException().isThrownBy(() -> RateLimit.of(1, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLimit.of(0, SECOND))
        .withMessage("calls: 0 (expected: 1 to 1000000000)");
    assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(1, Duration.ZERO));
    RateLimit limit = RateLimit.of(1, SECOND);
    assertThatIllegalArgumentException().isThrownBy(() -> limit.setCallsPerPeriod(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> limit.setMaxWait(Duration.ofNanos(-1)));
    assertThat(limit).hasToString("rate-limit(1 per 1 s)");
  }

  private static CompletableFuture<String> call(Pipeline pipeline) {
    return pipeline.callAsync(() -> CompletableFuture.completedFuture("ok"));
  }

  private record ScriptedTimes(RateLimit limit) {
    long admit(long nowNanos) {
      return limit.admit(new dev.evenkeel.testkit.ScriptedCall(0), nowNanos);
    }
  }

  @Test
  void callThatHasAskedTheDependency_hasUsedItsPermit_evenIfWhatFollowsIsRefused() {
    Pipeline partner = pipeline(RateLimit.of(2, Duration.ofHours(1)));
    Pipeline store = pipeline(ConcurrencyLimit.of(1));
    CompletableFuture<Object> busy = store.callAsync(CompletableFuture::new);
    int sent = 0;
    for (int i = 0; i < 100; i++) {
      int[] asked = {0};
      assertThatThrownBy(() -> partner.run(() -> {
            asked[0]++;
            store.run(() -> {});
          }))
          .isInstanceOf(CallRefusedException.class);
      sent += asked[0];
    }
    assertThat(sent).isEqualTo(2);
    assertThat(busy.cancel(true)).isTrue();
  }

  @Test
  void callThatIsRefusedBeforeTheDependencyIsAsked_hasNot() {
    RateLimit quota = RateLimit.of(2, Duration.ofHours(1));
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline partner = pipeline(quota, limit);
    CompletableFuture<Object> busy = partner.callAsync(CompletableFuture::new);
    for (int i = 0; i < 100; i++) {
      assertThat(refused(partner).reason()).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
    }
    assertThat(busy.cancel(true)).isTrue();
    assertThat(passed(partner, 10)).as("one is left").isEqualTo(1);
  }
}
