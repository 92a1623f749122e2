package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Driver;
import dev.evenkeel.core.RetryAfter;
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
 * an interrupt and a cancellation are never retried. A failure that is a {@link RetryAfter} sets
 * the shortest wait.
 *
 * <p>Immutable but for its budget; thread-safe if the predicates are. A predicate that throws
 * counts as false, and is logged once.
 */
public final class Retry implements Driver {

  /**
   * The most of a server's Retry-After that is added at random, so that all clients do not come
   * back in the same moment.
   */
  private static final double RETRY_AFTER_SPREAD = 0.2;

  private final int maxAttempts;
  private final Backoff backoff;
  private final @Nullable RetryBudget budget;
  private final Predicate<? super Throwable> retryOn;
  private final @Nullable Predicate<@Nullable Object> retryOnResult;
  private final Function<? super Throwable, @Nullable Duration> retryAfter;
  private final long minAttemptNanos;
  private final boolean splitDeadline;

  private Retry(Builder builder) {
    maxAttempts = builder.maxAttempts;
    backoff = builder.backoff;
    budget = builder.budget;
    retryOn = builder.retryOn;
    retryOnResult = builder.retryOnResult;
    retryAfter = builder.retryAfter;
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
      budget.onSuccess();
    }
    return true;
  }

  @Override
  public long afterAttempt(
      CallView call, Verdict verdict, long previousWaitNanos, boolean retryAllowed, long nowNanos) {
    if (!retryAllowed || call.attempt() >= maxAttempts) {
      return STOP;
    }
    Throwable failure = call.failure();
    if (failure != null && !retryOn.test(failure)) {
      return STOP;
    }
    long wait = backoff.waitNanos(call.attempt(), previousWaitNanos, call.random());
    if (failure != null) {
      wait = Math.max(wait, askedFor(failure, call));
    }
    if (call.remainingNanos(nowNanos) - wait < minAttemptNanos) {
      return STOP; // before a token is spent on an attempt that cannot be made
    }
    return budget == null || budget.tryTake() ? wait : STOP;
  }

  private long askedFor(Throwable failure, CallView call) {
    Duration asked = retryAfter.apply(failure);
    if (asked == null || asked.isNegative() || asked.isZero()) {
      return 0;
    }
    long nanos =
        asked.compareTo(Checks.MAX_DURATION) > 0 ? Checks.MAX_DURATION.toNanos() : asked.toNanos();
    double unit = (call.random() >>> 11) * 0x1.0p-53;
    return nanos + (long) (nanos * RETRY_AFTER_SPREAD * unit);
  }

  @Override
  public String name() {
    return "retry";
  }

  @Override
  public String toString() {
    return name() + "(" + maxAttempts + " attempts, " + backoff
        + (budget == null ? "" : ", " + budget) + (splitDeadline ? ", deadline split" : "") + ")";
  }

  /** Builds a {@link Retry}. Not thread-safe. */
  public static final class Builder {

    private int maxAttempts = 3;
    private Backoff backoff = Backoff.fullJitter(Duration.ofMillis(100), Duration.ofSeconds(2));
    private @Nullable RetryBudget budget = RetryBudget.standard();
    private Predicate<? super Throwable> retryOn = failure -> true;
    private @Nullable Predicate<@Nullable Object> retryOnResult;
    private Function<? super Throwable, @Nullable Duration> retryAfter =
        failure -> failure instanceof RetryAfter after ? after.retryAfter() : null;
    private long minAttemptNanos = Duration.ofMillis(1).toNanos();
    private boolean splitDeadline;

    private Builder() {}

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
     * added at random.
     *
     * @param reader null for none; {@link RetryAfter#retryAfter()} by default
     * @return this
     */
    public Builder retryAfter(Function<? super Throwable, @Nullable Duration> reader) {
      retryAfter = Checks.notNull("retryAfter", reader);
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
     */
    public Retry build() {
      return new Retry(this);
    }
  }
}
