package dev.evenkeel.limits;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.core.Waiter;
import dev.evenkeel.core.WaitingGate;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the calls per time, by Resilience4j's {@code AtomicRateLimiter} on the pipeline's own
 * clock: time is cut into periods, the first beginning with the first call, and each has a number
 * of permits. What is not used in a period is lost.
 *
 * <p>A call above the limit waits for a later period if that is within the longest wait and before
 * its deadline, and is refused with {@link RefusalReason#RATE_LIMIT} at once otherwise; the refusal
 * says when the next permit is free. Where the process stood still, calls whose permits' period has
 * passed meanwhile ask anew instead of going all at once. A call that an inner policy refuses, or
 * that gives up while it waits, gives its permit back as long as the permit's period has not
 * passed. A call that has begun has used its permit, however it ends.
 *
 * <p>Thread-safe; may be shared by pipelines that share a quota and a kernel. The wait ranks by
 * arrival: criticality plays no part in it.
 */
public final class RateLimit implements WaitingGate {

  private static final int MOST = 1_000_000_000;

  /** What a configuration has unless it is told otherwise: asking it can be left out. */
  private static final Predicate<?> NEVER =
      RateLimiterConfig.ofDefaults().getDrainPermissionsOnResult();

  private volatile RateLimiterConfig config;
  private final Faults faults = new Faults("rate-limit");
  private volatile @Nullable Periods periods; // null until the first call tells the time
  private volatile int callsPerPeriod;
  private volatile Duration maxWait;
  private volatile @Nullable ToIntFunction<? super CallView> weigher;

  /** How many permits of the limit whose place this one takes were used in its last period. */
  private int usedBefore;

  private long usedUntilNanos;

  private RateLimit(RateLimiterConfig config) {
    this.config = config;
    callsPerPeriod = config.getLimitForPeriod();
    maxWait = config.getTimeoutDuration();
  }

  /**
   * A limit that refuses what is above it at once; see {@link #setMaxWait}.
   *
   * @param calls how many calls in each period, 1 to 1,000,000,000
   * @param period how long a period is: 1 ns to 100 years. The permits of a period may all be used
   *     in its first moment; shorter periods with fewer permits are smoother.
   * @return the gate
   */
  public static RateLimit of(int calls, Duration period) {
    Checks.range("calls", calls, 1, MOST);
    Checks.positiveNanos("period", period);
    return new RateLimit(RateLimiterConfig.custom()
        .limitForPeriod(calls)
        .limitRefreshPeriod(period)
        .timeoutDuration(Duration.ZERO)
        .build());
  }

  /**
   * A limit with Resilience4j's configuration.
   *
   * @param config all of it is used but {@code writableStackTraceEnabled}: its
   *     {@code timeoutDuration} is the longest wait (5 s by default), and its
   *     {@code drainPermissionsOnResult} is asked about each result and failure; if it throws, that
   *     is logged once and nothing is drained
   * @return the gate
   */
  public static RateLimit of(RateLimiterConfig config) {
    return new RateLimit(Checks.notNull("config", config));
  }

  /**
   * Weighs calls: one that costs the dependency more takes more permits. Most go by the key of
   * {@link dev.evenkeel.core.Pipeline#forKey}:
   *
   * <pre>{@code
   * quota.weigh(call -> "order-book".equals(call.key()) ? 5 : 1);
   * exchange.forKey("order-book").call(() -> client.orderBook());
   * }</pre>
   *
   * <p>One that waits for several permits and gives up does not give them back.
   *
   * @param permits how many permits a call takes; quick, thread-safe, and the same number whenever
   *     it is asked about a call, which may be several times. Less than 1 is 1; more than a period
   *     has is all of it; if it throws, the call takes one and the fault is logged once.
   * @return this
   */
  public RateLimit weigh(ToIntFunction<? super CallView> permits) {
    weigher = Checks.notNull("permits", permits);
    return this;
  }

  /**
   * Changes the number of calls, from the next period on.
   *
   * @param calls 1 to 1,000,000,000
   */
  public synchronized void setCallsPerPeriod(int calls) {
    callsPerPeriod = Checks.range("calls", calls, 1, MOST);
    Periods current = periods;
    if (current != null) {
      current.setCallsPerPeriod(calls);
    }
  }

  /**
   * Changes the longest wait, for calls to come.
   *
   * @param wait zero (refuse at once) to 100 years; the deadline of a call bounds it besides
   */
  public synchronized void setMaxWait(Duration wait) {
    Checks.nonNegativeNanos("maxWait", wait);
    maxWait = wait;
    Periods current = periods;
    if (current != null) {
      current.setMaxWait(wait);
    }
  }

  /**
   * The number of calls in each period.
   *
   * @return at least 1
   */
  public int callsPerPeriod() {
    return callsPerPeriod;
  }

  /**
   * How long a period is.
   *
   * @return more than zero
   */
  public Duration period() {
    return config.getLimitRefreshPeriod();
  }

  /**
   * The longest wait.
   *
   * @return zero if calls are refused at once
   */
  public Duration maxWait() {
    return maxWait;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    return periods(nowNanos).take(permits(call), nowNanos);
  }

  @Override
  public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
    return periods(nowNanos)
        .reserve(permits(call), call.remainingNanos(nowNanos), refusal, waiter, nowNanos);
  }

  @Override
  public boolean hasLapsed(long permit, long nowNanos) {
    return periods(nowNanos).hasLapsed(permit, nowNanos);
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    Periods current = Objects.requireNonNull(periods);
    switch (verdict) {
      case REFUSED -> current.giveBack(permits(call), permit);
      case SUCCESS, FAILURE, TIMEOUT -> {
        if (config.getDrainPermissionsOnResult() != NEVER && drains(call, verdict)) {
          current.drain(nowNanos);
        }
      }
      case CANCELLED -> {} // it may have reached the dependency
    }
  }

  /**
   * Whether nothing is lost if a new limit takes its place.
   *
   * @param nowNanos the present time
   * @return true when all permits of the present period are there again
   */
  @Override
  public boolean isIdle(long nowNanos) {
    Periods current = periods;
    return current == null || current.isFull(nowNanos);
  }

  private int permits(CallView call) {
    ToIntFunction<? super CallView> asked = weigher;
    if (asked == null) {
      return 1;
    }
    try {
      return Math.max(1, Math.min(callsPerPeriod, asked.applyAsInt(call)));
    } catch (Throwable fault) {
      faults.report("weigher", fault, "the call counts as one");
      return 1;
    }
  }

  private boolean drains(CallView call, Verdict verdict) {
    try {
      return config
          .getDrainPermissionsOnResult()
          .test(
              verdict == Verdict.SUCCESS
                  ? Either.right(call.result())
                  : Either.left(Objects.requireNonNull(call.failure())));
    } catch (RuntimeException fault) {
      faults.report("drainPermissionsOnResult", fault, "nothing is drained");
      return false;
    }
  }

  private Periods periods(long nowNanos) {
    Periods current = periods;
    return current != null ? current : begin(nowNanos);
  }

  private synchronized Periods begin(long nowNanos) {
    Periods current = periods;
    if (current == null) {
      current = new Periods(
          RateLimiterConfig.from(config)
              .limitForPeriod(callsPerPeriod)
              .timeoutDuration(maxWait)
              .build(),
          nowNanos);
      if (usedBefore > 0 && nowNanos - usedUntilNanos < 0) {
        current.use(usedBefore);
      }
      periods = current;
    }
    return current;
  }

  /**
   * Takes over the settings of another limit. With the same period the permits of the present one
   * stay as they are, and the new number counts from the next one on; calls that wait keep their
   * permits. With another period the other limit takes this one's place: its first period begins
   * with its next call, and of its permits as many are used already as in the present one here.
   *
   * @param next a {@code RateLimit}
   * @return this; the other one if the period differs
   */
  @Override
  public Policy changedTo(Policy next) {
    RateLimit wanted = (RateLimit) next;
    if (!wanted.period().equals(period())) {
      Periods current = periods;
      if (current != null) {
        wanted.usedUntilNanos = current.endNanos();
        wanted.usedBefore = current.used();
      }
      return wanted;
    }
    config = wanted.config;
    weigher = wanted.weigher;
    setMaxWait(wanted.maxWait);
    setCallsPerPeriod(wanted.callsPerPeriod);
    return this;
  }

  @Override
  public String name() {
    return "rate-limit";
  }

  @Override
  public Position position() {
    return Position.RATE_LIMIT;
  }

  @Override
  public String toString() {
    return name() + "(" + callsPerPeriod + " per " + Checks.text(period()) + ")";
  }
}
