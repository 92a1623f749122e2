package dev.evenkeel.limits;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Waiter;
import dev.evenkeel.core.WaitingGate;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Resilience4j's rate limiter, on time that is given. Its permits of a period are taken from it all
 * at once and handed out from here, which makes no difference to it: what is left over when the
 * period ends is lost there as here. So only the first call of a period allocates, and only a call
 * that is to wait asks it again. A permit is the number of its period.
 */
final class Periods {

  private static final int MOST_AT_ONCE = 1_000_000_000;

  /** Timers are late by less, unless the process stood still; as the kernel's own clock has it. */
  private static final long LATE_NANOS = 250_000_000;

  private final long originNanos;
  private final long periodNanos;
  private final AtomicRateLimiter limiter;

  /** Permits of periods to come that were reserved and given back. */
  private final TreeMap<Long, Integer> returned = new TreeMap<>();

  private long elapsedNanos;
  private volatile long maxWaitNanos;
  private volatile Lease lease;

  Periods(RateLimiterConfig config, long originNanos) {
    this.originNanos = originNanos;
    periodNanos = config.getLimitRefreshPeriod().toNanos();
    maxWaitNanos = clipped(config.getTimeoutDuration());
    limiter = new AtomicRateLimiter("evenkeel", config, () -> elapsedNanos);
    lease = newLease(0);
  }

  /** The permits of one period that are left. */
  private static final class Lease {

    final long period;
    final long endNanos;
    final AtomicInteger left;

    /** When a call that takes no part in this period could go; since the origin. */
    volatile long nextNanos;

    Lease(long period, long endNanos, int left, long nextNanos) {
      this.period = period;
      this.endNanos = endNanos;
      this.left = new AtomicInteger(left);
      this.nextNanos = nextNanos;
    }

    boolean take(int permits) {
      for (int current = left.get(); current >= permits; current = left.get()) {
        if (left.compareAndSet(current, current - permits)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * So many permits of the present period, or a refusal.
   *
   * @param permits 1 or more, at most those of a period
   */
  long take(int permits, long nowNanos) {
    long elapsed = nowNanos - originNanos;
    Lease current = lease;
    if (elapsed >= current.endNanos) {
      current = renew(elapsed);
    }
    return current.take(permits) ? current.period : refusal(current, elapsed);
  }

  private static long refusal(Lease current, long elapsed) {
    return Refusal.of(RefusalReason.RATE_LIMIT, current.nextNanos - elapsed);
  }

  private synchronized Lease renew(long elapsed) {
    Lease current = lease;
    if (elapsed >= current.endNanos) {
      tell(elapsed);
      current = newLease(elapsedNanos / periodNanos);
      lease = current;
    }
    return current;
  }

  private Lease newLease(long period) {
    int fromLimiter =
        Math.min(MOST_AT_ONCE, Math.max(0, limiter.getDetailedMetrics().getAvailablePermissions()));
    limiter.reservePermission(fromLimiter); // none, too: it counts the periods up to now
    returned.headMap(period).clear();
    Integer givenBack = returned.remove(period);
    int left = fromLimiter + (givenBack == null ? 0 : givenBack);
    long endNanos = (period + 1) * periodNanos;
    return new Lease(period, endNanos, left, elapsedNanos + nanosToNext());
  }

  /**
   * Time as the limiter sees it never goes back: a call that read the clock before another one and
   * comes after it would have it take permits away.
   */
  private void tell(long elapsed) {
    elapsedNanos = Math.max(elapsedNanos, elapsed);
  }

  /** How long a call would wait that took the next permit nobody has reserved. */
  private long nanosToNext() {
    return returned.isEmpty()
        ? Math.max(0, limiter.getDetailedMetrics().getNanosToWait())
        : returned.firstKey() * periodNanos - elapsedNanos; // those that come back are the earliest
  }

  /** How long a call would wait that took the next permits nobody has reserved. */
  private long nanosToNext(int permits) {
    if (permits == 1) {
      return nanosToNext();
    }
    long missing = permits - (long) limiter.getDetailedMetrics().getAvailablePermissions();
    int all = limiter.getRateLimiterConfig().getLimitForPeriod();
    long periods = Math.max(1, (missing + all - 1) / all);
    return (elapsedNanos / periodNanos + periods) * periodNanos - elapsedNanos;
  }

  /** Reserves permits of later periods, if the wait for them is short enough. */
  synchronized long reserve(
      int permits, long remainingNanos, long refusal, Waiter waiter, long nowNanos) {
    long maxWait =
        Math.min(maxWaitNanos, remainingNanos - 1); // some time must be left for the call
    if (maxWait <= 0) {
      return refusal;
    }
    long elapsed = nowNanos - originNanos;
    Lease current = elapsed < lease.endNanos ? lease : renew(elapsed);
    if (current.take(permits)) {
      return current.period;
    }
    tell(elapsed);
    long wait = nanosToNext(permits);
    if (wait > maxWait) {
      return Refusal.of(RefusalReason.RATE_LIMIT, wait);
    }
    long period = (elapsedNanos + wait) / periodNanos;
    if (permits > 1 || returned.isEmpty()) {
      limiter.reservePermission(permits); // its longest wait is no shorter than ours
    } else {
      returned.computeIfPresent(period, (key, count) -> count == 1 ? null : count - 1);
    }
    current.nextNanos = elapsedNanos + nanosToNext();
    waiter.endAt(originNanos + elapsedNanos + wait, period);
    return WaitingGate.WAIT;
  }

  /**
   * Whether a permit's period has passed for so long that a late timer cannot be why.
   *
   * @param period the permit
   */
  boolean hasLapsed(long period, long nowNanos) {
    long lateNanos = nowNanos - originNanos - (period + 1) * periodNanos;
    return lateNanos > LATE_NANOS;
  }

  /** Whether a new one would give no more than this: nothing is taken, and nothing reserved. */
  synchronized boolean isFull(long nowNanos) {
    tell(nowNanos - originNanos);
    int all = limiter.getRateLimiterConfig().getLimitForPeriod();
    Lease current = elapsedNanos < lease.endNanos ? lease : null;
    int left = current != null
        ? current.left.get()
        : limiter.getDetailedMetrics().getAvailablePermissions();
    return left >= Math.min(MOST_AT_ONCE, all);
  }

  /** How many permits of the period told last are used. */
  synchronized int used() {
    return Math.max(0, limiter.getRateLimiterConfig().getLimitForPeriod() - lease.left.get());
  }

  /** When the period told last ends. */
  synchronized long endNanos() {
    return originNanos + lease.endNanos;
  }

  /** Uses so many of the permits that are left. */
  synchronized void use(int permits) {
    lease.left.updateAndGet(left -> Math.max(0, left - permits));
  }

  /**
   * Takes back permits that were not used; lost if their period has passed. Several of periods to
   * come are lost, too: of which ones they are is not known, and none may have too many.
   */
  void giveBack(int permits, long period) {
    Lease current = lease;
    if (current.period == period) {
      current.left.addAndGet(permits);
    } else if (period > current.period && permits == 1) {
      giveBackEarly(period);
    }
  }

  private synchronized void giveBackEarly(long period) {
    if (lease.period == period) {
      lease.left.incrementAndGet();
    } else if (period > lease.period) {
      returned.merge(period, 1, Integer::sum);
      lease.nextNanos = elapsedNanos + nanosToNext();
    }
  }

  /** The dependency says that there are no permits left in this period. */
  synchronized void drain(long nowNanos) {
    Lease current = renew(nowNanos - originNanos);
    tell(nowNanos - originNanos);
    current.left.set(0);
    // With permits reserved for later its own count is negative, and draining would set it to zero:
    // the reserved ones would be given out a second time.
    if (limiter.getDetailedMetrics().getAvailablePermissions() > 0) {
      limiter.drainPermissions();
    }
  }

  synchronized void setCallsPerPeriod(int calls) {
    limiter.changeLimitForPeriod(calls);
  }

  synchronized void setMaxWait(Duration wait) {
    limiter.changeTimeoutDuration(wait);
    maxWaitNanos = clipped(wait);
  }

  private static long clipped(Duration wait) {
    return Math.min(wait.toNanos(), Checks.MAX_DURATION.toNanos());
  }
}
