package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.HedgeDriver;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RetryDriver;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Starts another attempt beside one that is slow and gives the caller the first success, so that
 * one slow answer in twenty is no longer a slow call: after a fixed delay or, better, after the
 * time that most answers take, measured while it runs. The other attempt is cancelled. A hedge
 * costs the dependency a second request, so it takes a token from the {@link RetryBudget}, and none
 * starts when the deadline leaves no time for it, when a gate refuses it, or while a breaker probes
 * or ramps.
 *
 * <p>Both attempts may reach the dependency, and both may take effect. So whoever makes a hedge
 * must say which calls are safe to repeat: {@link Builder#forIdempotentCalls()} for all,
 * {@link Builder#forCallsWithIdempotencyKey()} for those that carry a key.
 *
 * <pre>{@code
 * Pipeline prices = Pipeline.of("prices",
 *     Timeout.ofMillis(300),
 *     Retry.jittered(3),
 *     Hedge.afterQuantile(0.95).forIdempotentCalls());
 * }</pre>
 *
 * <p>What to know:
 *
 * <ul>
 *   <li><b>Slow calls are hedged, failed ones are retried.</b> An attempt that fails before its
 *       hedge has started ends; the {@link dev.evenkeel.retry.Retry} around it decides. If one
 *       fails while another is under way, the other is waited for. If all fail, the caller gets the
 *       last real failure, with the others suppressed in it. An {@link Error} ends all of them.
 *   <li><b>Blocking calls</b>: the first attempt runs on the caller's own thread, and a hedge on
 *       the pipeline's executor or else on a thread of the kernel. The
 *       {@link dev.evenkeel.core.CallContext} is in force there;
 *       {@link dev.evenkeel.core.CallContext#hedge()} tells the attempts apart. Other thread
 *       locals, MDC and security contexts among them, are not. Whoever loses is interrupted; a
 *       first attempt that ignores the interrupt delays the answer until it returns, unless it is
 *       {@link dev.evenkeel.core.Timeout#detached}. With
 *       {@link dev.evenkeel.core.Timeout#cooperative} a pipeline is refused: nothing may stop its
 *       attempts.
 *   <li><b>Asynchronous calls</b>: the stage of an attempt that lost is cancelled if it is a
 *       {@link java.util.concurrent.Future}.
 *   <li>An attempt that lost counts as cancelled: no failure of the dependency, and no sample of
 *       its latency. Its permits go back when it has ended.
 *   <li>A {@link dev.evenkeel.core.Timeout} bounds each of the attempts, from its own beginning on,
 *       so a hedged call may take longer than that by the delay. A total timeout and the caller's
 *       deadline bound all of them together.
 * </ul>
 *
 * <p>Thread-safe. Its budget and its measured latency are its state: make one for each dependency.
 */
public final class Hedge implements HedgeDriver {

  /** Timers are not much better than this, and a hedge has its costs. */
  private static final long LEAST_MEASURED_NANOS = 1_000_000;

  private final long fixedDelayNanos;
  private final @Nullable LatencyQuantile latency;
  private final double quantile;
  private final int maxHedges;
  private final @Nullable RetryBudget givenBudget;
  private final RetryBudget ownBudget;
  private final long minAttemptNanos;
  private final boolean keyRequired;

  private Hedge(Builder builder, boolean keyRequired) {
    fixedDelayNanos = builder.fixedDelayNanos;
    quantile = builder.quantile;
    latency = quantile > 0 ? new LatencyQuantile(quantile) : null;
    maxHedges = builder.maxHedges;
    givenBudget = builder.budget;
    ownBudget = givenBudget != null ? givenBudget : RetryBudget.standard();
    ownBudget.onOwner();
    minAttemptNanos = builder.minAttemptNanos;
    this.keyRequired = keyRequired;
  }

  private Hedge(Hedge settings, @Nullable LatencyQuantile latency, RetryBudget budget) {
    fixedDelayNanos = settings.fixedDelayNanos;
    quantile = settings.quantile;
    this.latency = latency;
    maxHedges = settings.maxHedges;
    givenBudget = settings.givenBudget == null ? null : budget;
    ownBudget = budget;
    minAttemptNanos = settings.minAttemptNanos;
    keyRequired = settings.keyRequired;
  }

  /**
   * Hedges an attempt that takes longer than a fixed time. About the 95th percentile of the latency
   * is a good one: then one call in twenty is hedged.
   *
   * @param delay more than zero and, in a pipeline with a timeout, less than that
   * @return a builder, to be ended with which calls are safe to repeat
   */
  public static Builder after(Duration delay) {
    return new Builder(Checks.positiveNanos("delay", delay), 0);
  }

  /**
   * Hedges an attempt that takes longer than most calls do: the quantile of the latency of the last
   * one to two thousand successful calls, known to within 6 %, and at least 1 ms. There is no hedge
   * before 100 calls have succeeded. A hedged call counts with its whole time from the first
   * attempt on, so hedging does not pull its own delay down.
   *
   * @param quantile 0.5 to 0.99; with 0.95, one call in twenty is hedged
   * @return a builder, to be ended with which calls are safe to repeat
   */
  public static Builder afterQuantile(double quantile) {
    return new Builder(0, Checks.range("quantile", quantile, 0.5, 0.99));
  }

  /**
   * The delay after which the next call would be hedged.
   *
   * @return null if not enough calls have succeeded yet to know
   */
  public @Nullable Duration delay() {
    long nanos = delayNanos();
    return nanos < 0 ? null : Duration.ofNanos(nanos);
  }

  @Override
  public int maxHedges() {
    return maxHedges;
  }

  @Override
  public long leastDelayNanos() {
    return latency == null ? fixedDelayNanos : LEAST_MEASURED_NANOS;
  }

  @Override
  public long delayNanos(CallView call, long nowNanos) {
    if (keyRequired && call.idempotencyKey() == null) {
      return NEVER;
    }
    long delay = delayNanos();
    return delay >= 0 && call.remainingNanos(nowNanos) - delay >= minAttemptNanos ? delay : NEVER;
  }

  private long delayNanos() {
    if (latency == null) {
      return fixedDelayNanos;
    }
    long measured = latency.estimateNanos();
    return measured < 0 ? NEVER : Math.max(LEAST_MEASURED_NANOS, measured);
  }

  @Override
  public boolean tryStart(CallView call, @Nullable RetryDriver retry, long nowNanos) {
    // The time first: no token is spent on an attempt that cannot be made.
    return call.remainingNanos(nowNanos) >= minAttemptNanos
        && budgetBeside(retry).take(0, nowNanos) == null;
  }

  @Override
  public void onSuccess(long nanos, @Nullable RetryDriver retry, long nowNanos) {
    if (latency != null) {
      latency.record(nanos);
    }
    RetryBudget budget = budgetBeside(retry);
    boolean earnedByTheRetry = retry instanceof Retry outer && outer.budget() == budget;
    if (!earnedByTheRetry) {
      budget.onSuccess(nowNanos);
    }
  }

  private RetryBudget budgetBeside(@Nullable RetryDriver retry) {
    RetryBudget shared =
        givenBudget == null && retry instanceof Retry outer ? outer.budget() : null;
    return shared != null ? shared : ownBudget;
  }

  /**
   * Keeps the measured latencies, if the quantile is the same, and the budget, as {@code Retry}
   * does, under the settings of another hedge.
   *
   * @param next a {@code Hedge}
   * @return as the other one, with this one's state
   */
  @Override
  public Policy changedTo(Policy next) {
    Hedge wanted = (Hedge) next;
    LatencyQuantile measured = wanted.latency;
    if (latency != null && wanted.quantile == quantile) {
      measured = latency;
    }
    RetryBudget budget = wanted.ownBudget;
    if ((wanted.givenBudget == null) == (givenBudget == null)) {
      RetryBudget kept = RetryBudget.changed(ownBudget, wanted.ownBudget);
      budget = kept == null ? wanted.ownBudget : kept;
    }
    return new Hedge(wanted, measured, budget);
  }

  @Override
  public String name() {
    return "hedge";
  }

  @Override
  public String toString() {
    String delay = latency == null
        ? String.format(Locale.ROOT, "%.1f ms", fixedDelayNanos / 1e6)
        : "the " + quantile + " quantile";
    return name() + "(after " + delay
        + (maxHedges == 1 ? "" : ", up to " + maxHedges)
        + (keyRequired ? ", calls with an idempotency key" : "")
        + (givenBudget == null ? "" : ", " + givenBudget) + ")";
  }

  /** Builds a {@link Hedge}. Not thread-safe. */
  public static final class Builder {

    private final long fixedDelayNanos;
    private final double quantile;
    private int maxHedges = 1;
    private @Nullable RetryBudget budget;
    private long minAttemptNanos = Duration.ofMillis(1).toNanos();

    private Builder(long fixedDelayNanos, double quantile) {
      this.fixedDelayNanos = fixedDelayNanos;
      this.quantile = quantile;
    }

    /**
     * The most attempts beside the first one; each starts the same delay after the one before.
     *
     * @param hedges 1 to 10; 1 by default, which gives most of the gain
     * @return this
     */
    public Builder maxHedges(int hedges) {
      maxHedges = Checks.range("maxHedges", hedges, 1, 10);
      return this;
    }

    /**
     * What bounds hedges as a share of all calls. There is no hedging without a budget: when the
     * dependency becomes slow as a whole, every call would be sent twice.
     *
     * @param newBudget may be shared with retries and between pipelines; by default that of the
     *     {@link Retry} in the same pipeline, and a {@link RetryBudget#standard()} of its own if
     *     there is none
     * @return this
     */
    public Builder budget(RetryBudget newBudget) {
      budget = Checks.notNull("budget", newBudget);
      return this;
    }

    /**
     * The shortest time in which an attempt can succeed; a hedge that would have less before the
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
     * Builds the policy for a pipeline all of whose calls are safe to repeat: reads, and writes
     * whose second execution changes nothing.
     *
     * @return the policy
     */
    public Hedge forIdempotentCalls() {
      return new Hedge(this, false);
    }

    /**
     * Builds the policy for a pipeline with some calls that are safe to repeat: those made under an
     * {@link dev.evenkeel.core.CallContext#idempotencyKey()}, by which the dependency recognises
     * the second one. All others are never hedged.
     *
     * @return the policy
     */
    public Hedge forCallsWithIdempotencyKey() {
      return new Hedge(this, true);
    }
  }
}
