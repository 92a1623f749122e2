package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Waiter;
import dev.evenkeel.core.WaitingGate;
import dev.evenkeel.testkit.ScriptedCall;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Where nothing is given back, ours decides as Resilience4j's does, to the nanosecond. */
class RateLimitDifferentialTest {

  private static final int SCENARIOS = 300;
  private static final int CALLS = 2_000;

  @Test
  void everyDecisionAndWait_isResilience4js() {
    for (int seed = 0; seed < SCENARIOS; seed++) {
      compare(new SplittableRandom(seed));
    }
  }

  private static void compare(SplittableRandom random) {
    long period = 1 + random.nextLong(random.nextBoolean() ? 1_000 : 1_000_000_000L);
    RateLimiterConfig config = RateLimiterConfig.custom()
        .limitForPeriod(1 + random.nextInt(20))
        .limitRefreshPeriod(Duration.ofNanos(period))
        .timeoutDuration(Duration.ofNanos(random.nextBoolean() ? 0 : random.nextLong(5 * period)))
        .build();
    long start = random.nextLong();
    AtomicLong now = new AtomicLong(start);
    AtomicRateLimiter theirs = new AtomicRateLimiter("theirs", config, now::get);
    RateLimit ours = RateLimit.of(config);
    ScriptedCall call = new ScriptedCall(0);
    for (int i = 0; i < CALLS; i++) {
      if (i > 0 && random.nextInt(3) == 0) {
        now.addAndGet(random.nextLong(2 * period + 1));
      }
      if (i > 0 && random.nextInt(200) == 0) { // before the first call ours begins with it
        int calls = 1 + random.nextInt(20);
        theirs.changeLimitForPeriod(calls);
        ours.setCallsPerPeriod(calls);
      }
      long expected = theirs.reservePermission(1);
      assertThat(wait(ours, call, now.get()))
          .as("wait of call %d at %d of %s", i, now.get() - start, config)
          .isEqualTo(expected);
    }
  }

  /** 0: at once; above: the wait; -1: refused. */
  private static long wait(RateLimit limit, ScriptedCall call, long nowNanos) {
    long answer = limit.admit(call, nowNanos);
    if (answer >= 0) {
      return 0;
    }
    long[] at = new long[1];
    Waiter waiter = new Waiter() {
      @Override
      public boolean end(long permit) {
        throw new AssertionError("not by a rate limit");
      }

      @Override
      public void endAt(long atNanos, long permit) {
        assertThat(permit).isNotNegative();
        at[0] = atNanos;
      }
    };
    long second = limit.await(call, answer, waiter, nowNanos);
    return second == WaitingGate.WAIT ? at[0] - nowNanos : second >= 0 ? 0 : -1;
  }
}
