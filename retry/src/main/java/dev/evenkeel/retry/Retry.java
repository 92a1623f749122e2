package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Driver;
import dev.evenkeel.core.RetryAfter;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.Verdict;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes another attempt after a failure, if all of this allows it: the number of attempts, the
 * conditions, the deadline, the gates (a breaker's refusal is never retried, and nothing is while
 * it probes or ramps) and the {@link RetryBudget}. Only for calls that are safe to repeat.
 *
 * <p>The caller gets the last real failure, with earlier ones suppressed in it. An {@link Error},
 * an interrupt and a cancellation are never retried, nor is a rate limit's refusal: how long a call
 * waits for a permit is that limit's own setting.
 *
 * <p>A failure or a result that is a {@link RetryAfter} sets the shortest wait. No wait is longer
 * than {@link #maxWait()}: when the dependency asks for more, the failure is given back at once. A
 * retry that is not made because of that, the budget or a row of failures says so: in a line
 * suppressed in the failure, and by {@link dev.evenkeel.core.PipelineListener#onRetryDenied}.
 *
 * <p>Immutable but for its budget; thread-safe if the predicates are. A predicate that throws
 * counts as false, and is logged once.
 */
public final class Retry implements Driver {

  private final int maxAttempts;
  private final RetryWaits waits;
  private final @Nullable RetryBudget budget;
  private final Predicate<? super Throwable> retryOn;
  private final @Nullable Predicate<@Nullable Object> retryOnResult;
  private final long minAttemptNanos;
  private final boolean splitDeadline;

  private Retry(Builder builder) {
    maxAttempts = builder.maxAttempts;
    waits = builder.waits();
    budget = builder.budget;
    retryOn = builder.retryOn;
    retryOnResult = builder.retryOnResult;
    minAttemptNanos = builder.minAttemptNanos;
    splitDeadline = builder.splitDeadline;
  }

  /**
   * Up to this many attempts, full jitter of 100 ms doubling to 2 s, and a
   * {@link RetryBudget#standard()} of its own.
   *
   * @param maxAttempts the first included, 1 to 100
   * @return the policy
   */
  public static Retry jittered(int maxAttempts) {
    return builder().maxAttempts(maxAttempts).build();
  }

  /**
   * A builder.
   *
   * @return with the settings of {@link #jittered} for 3 attempts
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public int maxAttempts() {
    return maxAttempts;
  }

  @Override
  public boolean splitsDeadline() {
    return splitDeadline;
  }

  /**
   * The budget.
   *
   * @return null if there is none
   */
  public @Nullable RetryBudget budget() {
    return budget;
  }

  /**
   * The longest wait between two attempts, whoever asks for it.
   *
   * @return more than zero
   */
  public Duration maxWait() {
    return Duration.ofNanos(waits.longestNanos());
  }

  @Override
  public long longestWaitNanos() {
    return waits.longestNanos();
  }

  @Override
  public boolean readsResults() {
    return retryOnResult != null;
  }

  @Override
  public boolean accepts(CallView call) {
    if (retryOnResult != null && retryOnResult.test(call.result())) {
      return false;
    }
    if (budget != null) {
      budget.onSuccess(call);
    }
    return true;
  }

  @Override
  public long afterAttempt(
      CallView call, Verdict verdict, long previousWaitNanos, boolean retryAllowed, long nowNanos) {
    if (!retryAllowed && !verdict.isEvidence()) {
      return STOP;
    }
    Throwable failure = call.failure();
    if (failure instanceof Error || (failure != null && !retryOn.test(failure))) {
      return STOP;
    }
    long step = retryAllowed && call.attempt() < maxAttempts
        ? next(call, failure, previousWaitNanos, nowNanos)
        : STOP;
    if (budget != null && verdict.isEvidence()) {
      budget.onFailure(nowNanos);
    }
    return step;
  }

  /** A wait, or what forbids another attempt. */
  private long next(
      CallView call, @Nullable Throwable failure, long previousWaitNanos, long nowNanos) {
    long asked = waits.askedNanos(call, failure);
    if (asked > waits.longestNanos()) {
      return denied(RetryDenial.WAIT_TOO_LONG, failure, waits.tooLong(asked));
    }
    long wait = waits.nanos(call, previousWaitNanos, asked);
    if (call.remainingNanos(nowNanos) - wait < minAttemptNanos) {
      return RetryDenial.DEADLINE.step(); // before a token is spent on an attempt in vain
    }
    RetryDenial denial = budget == null ? null : budget.take(call.attempt() - 1, nowNanos);
    return denial == null ? wait : denied(denial, failure, RetryNotMade.because(denial));
  }

  private static long denied(RetryDenial why, @Nullable Throwable failure, RetryNotMade note) {
    if (failure != null) {
      note.addTo(failure);
    }
    return why.step();
  }

  @Override
  public String name() {
    return "retry";
  }

  @Override
  public String toString() {
    return name() + "(" + maxAttempts + " attempts, " + waits
        + (budget == null ? "" : ", " + budget) + (splitDeadline ? ", deadline split" : "") + ")";
  }

  /** Builds a {@link Retry}. Not thread-safe. */
  public static final class Builder {

    private int maxAttempts = 3;
    private Backoff backoff = Backoff.fullJitter(Duration.ofMillis(100), Duration.ofSeconds(2));
    private @Nullable RetryBudget budget = RetryBudget.standard();
    private Predicate<? super Throwable> retryOn = failure -> true;
    private @Nullable Predicate<@Nullable Object> retryOnResult;
    private @Nullable Duration maxWait;
    private Function<? super Throwable, @Nullable Duration> retryAfter = Builder::ownRetryAfter;
    private @Nullable Function<@Nullable Object, @Nullable Duration> retryAfterResult;
    private long minAttemptNanos = Duration.ofMillis(1).toNanos();
    private boolean splitDeadline;

    private Builder() {}

    private static @Nullable Duration ownRetryAfter(@Nullable Object outcome) {
      return outcome instanceof RetryAfter after ? after.retryAfter() : null;
    }

    /**
     * The most attempts.
     *
     * @param attempts the first included, 1 to 100; 3 by default
     * @return this
     */
    public Builder maxAttempts(int attempts) {
      maxAttempts = Checks.range("maxAttempts", attempts, 1, 100);
      return this;
    }

    /**
     * The waits between attempts.
     *
     * @param newBackoff full jitter of 100 ms doubling to 2 s by default
     * @return this
     */
    public Builder backoff(Backoff newBackoff) {
      backoff = Checks.notNull("backoff", newBackoff);
      return this;
    }

    /**
     * The longest wait between two attempts, whoever asks for it. When the dependency asks for
     * more, as a {@code Retry-After} of an hour does, no further attempt is made and the failure is
     * given back at once, with the {@link RetryAfter} that the caller may act upon.
     *
     * @param wait at least the longest wait of the backoff, which it is by default; some more than
     *     the dependency usually asks for leaves room for the fifth at random
     * @return this
     */
    public Builder maxWait(Duration wait) {
      Checks.positiveNanos("maxWait", wait);
      maxWait = wait;
      return this;
    }

    /**
     * What bounds retries as a share of all calls.
     *
     * @param newBudget may be shared between pipelines; {@link RetryBudget#standard()} of its own
     *     by default
     * @return this
     */
    public Builder budget(RetryBudget newBudget) {
      budget = Checks.notNull("budget", newBudget);
      return this;
    }

    /**
     * Retries without a budget. Something else must then keep an outage from being multiplied by
     * {@code maxAttempts}.
     *
     * @return this
     */
    public Builder unlimitedBudget() {
      budget = null;
      return this;
    }

    /**
     * Which failures are retried.
     *
     * @param condition every {@link Exception} by default
     * @return this
     */
    public Builder retryOn(Predicate<? super Throwable> condition) {
      retryOn = Checks.notNull("retryOn", condition);
      return this;
    }

    /**
     * Which results are retried.
     *
     * @param condition none by default
     * @return this
     */
    public Builder retryOnResult(Predicate<@Nullable Object> condition) {
      retryOnResult = Checks.notNull("retryOnResult", condition);
      return this;
    }

    /**
     * Reads the time to wait from a failure, as from an HTTP {@code Retry-After}. Up to a fifth is
     * added at random, within {@link #maxWait}.
     *
     * @param reader answers null for none; {@link RetryAfter#retryAfter()} by default
     * @return this
     */
    public Builder retryAfter(Function<? super Throwable, @Nullable Duration> reader) {
      retryAfter = Checks.notNull("retryAfter", reader);
      return this;
    }

    /**
     * Reads the time to wait from a result that {@link #retryOnResult} wants retried, such as a
     * response of the status 503 with a {@code Retry-After}. As for failures otherwise.
     *
     * @param reader answers null for none; {@link RetryAfter#retryAfter()} by default
     * @return this
     */
    public Builder retryAfterResult(Function<@Nullable Object, @Nullable Duration> reader) {
      retryAfterResult = Checks.notNull("retryAfterResult", reader);
      return this;
    }

    /**
     * The shortest time in which an attempt can succeed; one that would have less before the
     * deadline is not started.
     *
     * @param time more than zero; 1 ms by default
     * @return this
     */
    public Builder minAttempt(Duration time) {
      minAttemptNanos = Checks.positiveNanos("minAttempt", time);
      return this;
    }

    /**
     * Gives each attempt only its part of the time: what remains until the deadline, divided by the
     * attempts that are left. So an attempt that hangs leaves time for the next one, without a
     * {@link dev.evenkeel.core.Timeout} of its own, whatever deadline the caller brings. The last
     * attempt has all that remains; a shorter timeout of the attempt wins; without a deadline
     * nothing changes. An attempt cut to its part of a caller's deadline is retried, but is no
     * evidence against the dependency.
     *
     * @return this; by default each attempt may take all that remains
     */
    public Builder splitDeadline() {
      splitDeadline = true;
      return this;
    }

    /**
     * Builds the policy.
     *
     * @return the policy
     * @throws IllegalArgumentException if {@code maxWait} is shorter than the longest wait of the
     *     backoff, or {@code retryAfterResult} is set without {@code retryOnResult}
     */
    public Retry build() {
      if (retryAfterResult != null && retryOnResult == null) {
        throw new IllegalArgumentException(
            "retryAfterResult: without retryOnResult (expected: which results are retried)");
      }
      return new Retry(this);
    }

    private RetryWaits waits() {
      long capNanos = backoff.capNanos();
      long longestNanos = maxWait == null ? capNanos : maxWait.toNanos();
      if (longestNanos < capNanos) {
        throw new IllegalArgumentException("maxWait: " + maxWait
            + " (expected: at least the longest wait of the backoff, "
            + Duration.ofNanos(capNanos) + ")");
      }
      return new RetryWaits(
          backoff,
          longestNanos,
          retryAfter,
          retryAfterResult == null ? Builder::ownRetryAfter : retryAfterResult);
    }
  }
}
