package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RetryAfter;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.RetryDriver;
import dev.evenkeel.core.Verdict;
import java.time.Duration;
import java.util.List;
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
public final class Retry implements RetryDriver {

  private static final int MOST_ATTEMPTS = 10_000;

  private final Settings settings;
  private final @Nullable RetryBudget budget;

  /** All but the budget, which has a state. */
  private record Settings(
      int maxAttempts,
      RetryWaits waits,
      RetryConditions conditions,
      long minAttemptNanos,
      boolean splitDeadline) {}

  private Retry(Settings settings, @Nullable RetryBudget budget) {
    this.settings = settings;
    this.budget = budget;
  }

  /**
   * Up to this many attempts, full jitter of 100 ms doubling to 2 s, and a
   * {@link RetryBudget#standard()} of its own.
   *
   * @param maxAttempts the first included, 1 to 10,000
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
    return settings.maxAttempts;
  }

  @Override
  public boolean splitsDeadline() {
    return settings.splitDeadline;
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
    return Duration.ofNanos(settings.waits.longestNanos());
  }

  @Override
  public long longestWaitNanos() {
    return settings.waits.longestNanos();
  }

  @Override
  public long usualWaitsNanos() {
    return settings.waits.usualNanos(settings.maxAttempts - 1);
  }

  @Override
  public List<String> warnings() {
    int most = budget == null ? MOST_ATTEMPTS : budget.capacity();
    return settings.maxAttempts - 1 <= most
        ? List.of()
        : List.of("maxAttempts: " + settings.maxAttempts + " (expected: at most " + (most + 1)
            + ", because its budget stores no more than " + most
            + " retries; or RetryBudget.of with more, or unlimitedBudget)");
  }

  @Override
  public boolean readsResults() {
    return settings.conditions.onResult() != null;
  }

  @Override
  public boolean accepts(CallView call) {
    if (settings.conditions.rejects(call.result())) {
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
    if (!settings.conditions.allow(call)) {
      return RetryDenial.CONDITION.step();
    }
    long step = STOP;
    if (call.attempt() >= settings.maxAttempts) {
      step = RetryDenial.ATTEMPTS.step();
    } else if (retryAllowed) {
      step = next(call, previousWaitNanos, nowNanos);
    }
    if (budget != null && verdict.isEvidence()) {
      budget.onFailure(nowNanos);
    }
    return step;
  }

  /** A wait, or what forbids another attempt. */
  private long next(CallView call, long previousWaitNanos, long nowNanos) {
    RetryWaits waits = settings.waits;
    Throwable failure = call.failure();
    long asked = waits.askedNanos(call);
    if (asked > waits.longestNanos()) {
      return denied(RetryDenial.WAIT_TOO_LONG, failure, waits.tooLong(asked));
    }
    long wait = waits.nanos(call, previousWaitNanos, asked);
    if (call.remainingNanos(nowNanos) - wait < settings.minAttemptNanos) {
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

  /**
   * Keeps what the budget has stored up, and the failures in a row, under the settings of another
   * retry. A budget of the other one's that has no other owner gives its settings to this one's;
   * one that is shared is taken as it is.
   *
   * @param next a {@code Retry}
   * @return as the other one, with this one's budget
   */
  @Override
  public Policy changedTo(Policy next) {
    Retry wanted = (Retry) next;
    return new Retry(wanted.settings, RetryBudget.changed(budget, wanted.budget));
  }

  @Override
  public String name() {
    return "retry";
  }

  @Override
  public String toString() {
    return name() + "(" + settings.maxAttempts + " attempts, " + settings.waits
        + (budget == null ? "" : ", " + budget)
        + (settings.splitDeadline ? ", deadline split" : "") + ")";
  }

  /** Builds a {@link Retry}. Not thread-safe. */
  public static final class Builder {

    private int maxAttempts = 3;
    private Backoff backoff = Backoff.fullJitter(Duration.ofMillis(100), Duration.ofSeconds(2));
    private @Nullable RetryBudget budget = RetryBudget.standard();
    private RetryConditions conditions = RetryConditions.ALL_FAILURES;
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
     * @param attempts the first included, 1 to 10,000; 3 by default. One call makes no more retries
     *     than its budget stores.
     * @return this
     */
    public Builder maxAttempts(int attempts) {
      maxAttempts = Checks.range("maxAttempts", attempts, 1, MOST_ATTEMPTS);
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
     * Retries these exceptions of the dependency's, and what extends them: those and no others. The
     * cause of a {@code CompletionException} or {@code ExecutionException} is looked at too.
     *
     * <p>What the pipeline itself says, a {@link dev.evenkeel.core.CallTimeoutException} first of
     * all, is none of the dependency's exceptions: it is retried as without a condition, unless
     * {@link #neverRetryOn} names it. Called again, it adds to what is retried.
     *
     * @param types at least one
     * @return this
     */
    @SafeVarargs
    public final Builder retryOn(Class<? extends Throwable>... types) {
      atLeastOne("retryOn", Checks.notNull("retryOn", types).length);
      for (Class<? extends Throwable> type : types) {
        conditions = conditions.alsoOn(Checks.notNull("retryOn", type)::isInstance);
      }
      return this;
    }

    /**
     * Retries the dependency's exceptions for which a condition holds, and no others; it is given
     * the cause of a {@code CompletionException} or {@code ExecutionException}. It is not asked for
     * what the pipeline itself says, see {@link #retryOn(Class...)}. Called again, it adds to what
     * is retried.
     *
     * @param condition every {@link Exception} by default
     * @return this
     */
    public Builder retryOn(Predicate<? super Throwable> condition) {
      conditions = conditions.alsoOn(Checks.notNull("retryOn", condition));
      return this;
    }

    /**
     * Never retries these exceptions, and what extends them, whatever else is said. Of what the
     * pipeline itself throws only what is named is meant:
     * {@link dev.evenkeel.core.CallTimeoutException}, or all of it by
     * {@link dev.evenkeel.core.PipelineException}, not by {@link RuntimeException}. Called again,
     * it adds to what is not retried.
     *
     * @param types at least one; none by default
     * @return this
     */
    @SafeVarargs
    public final Builder neverRetryOn(Class<? extends Throwable>... types) {
      atLeastOne("neverRetryOn", Checks.notNull("neverRetryOn", types).length);
      for (Class<? extends Throwable> type : types) {
        conditions = conditions.neverOn(Checks.notNull("neverRetryOn", type));
      }
      return this;
    }

    private static void atLeastOne(String field, int classes) {
      if (classes == 0) {
        throw new IllegalArgumentException(field + ": none (expected: at least one class)");
      }
    }

    /**
     * Which results are retried.
     *
     * @param condition none by default
     * @return this
     */
    public Builder retryOnResult(Predicate<@Nullable Object> condition) {
      conditions = conditions.onResult(Checks.notNull("retryOnResult", condition));
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
      if (retryAfterResult != null && conditions.onResult() == null) {
        throw new IllegalArgumentException(
            "retryAfterResult: without retryOnResult (expected: which results are retried)");
      }
      if (budget != null) {
        budget.onOwner();
      }
      return new Retry(
          new Settings(maxAttempts, waits(), conditions, minAttemptNanos, splitDeadline), budget);
    }

    private RetryWaits waits() {
      long capNanos = backoff.capNanos();
      long longestNanos = maxWait == null ? capNanos : maxWait.toNanos();
      if (longestNanos < capNanos) {
        throw new IllegalArgumentException("maxWait: " + Checks.text(Duration.ofNanos(longestNanos))
            + " (expected: at least the longest wait of the backoff, "
            + Checks.text(Duration.ofNanos(capNanos)) + ")");
      }
      return new RetryWaits(
          backoff,
          longestNanos,
          retryAfter,
          retryAfterResult == null ? Builder::ownRetryAfter : retryAfterResult);
    }
  }
}
