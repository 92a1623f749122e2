package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.RetryDenial;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds retries and hedges to a share of the calls that succeed. Each success earns a part of a
 * token, each retry or hedge costs a whole one. While a dependency is down nothing succeeds, so
 * nothing is earned, and its return finds no stored-up retries waiting for it.
 *
 * <p>What is stored up is a share too: the {@link #standard()} budget forgets what was earned more
 * than a minute ago. A fixed number for each client would be small for one busy client and huge for
 * a fleet: 4,000 callers with 50 tokens each are 200,000 retries in the first seconds of an outage.
 * So with 10 % a client holds a tenth of its calls of the last minute, and at least one retry,
 * however rare its calls are.
 *
 * <p>And no retry is made into a row of failures: once three attempts of <i>other</i> calls have
 * failed in a row without a success of any call between or after them, neither retries nor hedges
 * start. The first success ends the row, and so do five seconds without a failure. Failures of one
 * moment (10 ms) count as one, so a connection that breaks under many calls is none. With 10 % of
 * all attempts failing by chance, one retry in a thousand meets such a row. A failure that the
 * {@link Retry} would not retry is no sign of an outage and does not count.
 *
 * <p>May be shared by pipelines that use the same dependency; all endpoints of a pipeline share
 * one, so give an endpoint that fails by itself a pipeline of its own. Thread-safe: a token is
 * checked and taken in one atomic step, and a success only reads once the bucket is full.
 */
public final class RetryBudget {

  private static final long TOKEN = 1_000_000;

  /** What was earned longer ago than this is forgotten. */
  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * So long after its last failure a row is none any more: whoever calls less often than that has
   * no row, but hardly anything stored up either.
   */
  private static final long ROW_NANOS = Duration.ofSeconds(5).toNanos();

  private static final double STANDARD_RATIO = 0.1;

  /**
   * What a busy client has stored up at the most: enough for each fluctuation of 5 % failures,
   * little beside its load.
   */
  private static final int STANDARD_CAPACITY = 50;

  /** So that the first calls of a process are tried three times; forgotten within a minute. */
  private static final int STANDARD_INITIAL = 5;

  /** What is never forgotten: a rare caller's one retry. */
  private static final long FLOOR = TOKEN;

  private volatile Terms terms;
  private final AtomicLong balance;
  private final AtomicInteger owners = new AtomicInteger();
  private final FailureRow row = new FailureRow(ROW_NANOS);

  /** When it was last looked at what is to be forgotten; 0 until then. */
  private final AtomicLong lookedNanos = new AtomicLong();

  /**
   * Its settings.
   *
   * @param ratio as the user said
   * @param earned for each success
   * @param capacity the most stored up
   * @param forgets whether what was earned long ago is forgotten
   */
  private record Terms(double ratio, long earned, long capacity, boolean forgets) {}

  private RetryBudget(double ratio, int capacity, int initial, boolean forgets) {
    terms = new Terms(
        Checks.range("ratio", ratio, 0, 1),
        Math.round(ratio * TOKEN),
        Checks.range("capacity", capacity, 1, 1_000_000) * TOKEN,
        forgets);
    balance = new AtomicLong(Checks.range("initial", initial, 0, capacity) * TOKEN);
  }

  /** A policy is built with it. */
  void onOwner() {
    owners.incrementAndGet();
  }

  /**
   * What a policy goes on with whose settings change: the budget it has, with the other one's
   * settings, unless one of them is shared, or there is none.
   */
  static @Nullable RetryBudget changed(@Nullable RetryBudget before, @Nullable RetryBudget next) {
    if (before == null || next == null || before.isShared() || next.isShared()) {
      return next;
    }
    before.change(next.terms);
    return before;
  }

  private boolean isShared() {
    return owners.get() > 1;
  }

  /** What is stored up beyond the new capacity is lost. */
  private void change(Terms wanted) {
    terms = wanted;
    balance.updateAndGet(stored -> Math.min(stored, wanted.capacity));
  }

  /**
   * The default: a retry for each 10 calls that succeeded. Stored up are those of the last minute,
   * at least 1 and at most 50; 5 to start with, which are forgotten within a minute like all
   * others.
   *
   * @return a new budget
   */
  public static RetryBudget standard() {
    return new RetryBudget(STANDARD_RATIO, STANDARD_CAPACITY, STANDARD_INITIAL, true);
  }

  /**
   * A budget that forgets nothing: what it stores is a count for each client, so keep it small
   * where there are many.
   *
   * @param ratio retries for each call that succeeds, 0 to 1
   * @param capacity the most retries stored up, 1 to 1,000,000
   * @param initial the retries to start with, 0 to the capacity; keep it small
   * @return a new budget
   */
  public static RetryBudget of(double ratio, int capacity, int initial) {
    return new RetryBudget(ratio, capacity, initial, false);
  }

  /**
   * The retries that could be made now, unless failures stand in a row.
   *
   * @return 0 to the capacity, with the part of a token that is earned
   */
  public double available() {
    return (double) balance.get() / TOKEN;
  }

  /** The most retries stored up. */
  int capacity() {
    return (int) (terms.capacity / TOKEN);
  }

  /**
   * Takes a token for another attempt, if there is one and no failures stand in a row.
   *
   * @param own how many attempts of the same call have failed before the last one
   * @return null if it was taken
   */
  @Nullable RetryDenial take(int own, long nowNanos) {
    if (row.stands(own, nowNanos)) {
      return RetryDenial.FAILURES_IN_A_ROW;
    }
    forget(nowNanos, false);
    return tryTake() ? null : RetryDenial.BUDGET;
  }

  /** Takes a token if there is one. */
  boolean tryTake() {
    for (; ; ) {
      long current = balance.get();
      if (current < TOKEN) {
        return false;
      }
      if (balance.compareAndSet(current, current - TOKEN)) {
        return true;
      }
    }
  }

  /** An attempt failed in a way that would be retried. */
  void onFailure(long nowNanos) {
    row.failed(nowNanos);
  }

  /**
   * Earns for a success. With each whole token it asks for the time, and forgets; while the bucket
   * is full, as it is for a busy client when all is well, it only reads.
   */
  void onSuccess(CallView call) {
    row.succeeded();
    if (earn() && terms.forgets) {
      forget(call.startedNanos(), true);
    }
  }

  /** Earns for a success. */
  void onSuccess(long nowNanos) {
    row.succeeded();
    if (earn()) {
      forget(nowNanos, true);
    }
  }

  /**
   * Adds what a success earns.
   *
   * @return whether another token is whole with it
   */
  boolean earn() {
    for (; ; ) {
      Terms now = terms;
      long current = balance.get();
      if (current >= now.capacity) {
        return false;
      }
      long next = Math.min(now.capacity, current + now.earned);
      if (balance.compareAndSet(current, next)) {
        return next / TOKEN > current / TOKEN;
      }
    }
  }

  /**
   * Forgets what is more than the last minute's share. A token is whole after {@code 1 / ratio}
   * calls, so the time that it took says how many a minute earns; of a balance beyond that the part
   * goes that the time is of a minute. A full bucket was not looked at while it was full: how fast
   * it filled up last is what is known of it, so it stays full.
   *
   * @param whole whether another token has just become whole; if not, less than one was earned
   *     since the last look
   */
  private void forget(long nowNanos, boolean whole) {
    Terms inForce = terms;
    if (!inForce.forgets) {
      return;
    }
    long looked = lookedNanos.get();
    long now = nowNanos == 0 ? 1 : nowNanos;
    long passed = looked == 0 ? 0 : now - looked;
    double aMinutes = (double) WINDOW_NANOS / Math.max(1, passed) * TOKEN;
    boolean less = aMinutes < balance.get();
    boolean due = looked == 0 || whole || less;
    if (passed < 0 || !due || !lookedNanos.compareAndSet(looked, now) || !less) {
      return; // another thread does, at about the same time; or nothing is to be forgotten
    }
    for (; ; ) {
      long current = balance.get();
      if (current <= FLOOR || current >= inForce.capacity) {
        return;
      }
      double kept = Math.max(0, 1 - (double) passed / WINDOW_NANOS);
      if (balance.compareAndSet(current, Math.max(FLOOR, (long) (current * kept)))) {
        return;
      }
    }
  }

  @Override
  public String toString() {
    Terms now = terms;
    return String.format(
        Locale.ROOT,
        "budget(%.2f, %d of %d)",
        now.ratio,
        balance.get() / TOKEN,
        now.capacity / TOKEN);
  }
}
