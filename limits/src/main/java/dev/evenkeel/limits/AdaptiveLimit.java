package dev.evenkeel.limits;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryAfter;
import dev.evenkeel.core.Verdict;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the calls in flight by what the dependency takes: the limit is found from its latency, and
 * follows when it gets more or less capacity, or becomes slower or faster in itself. For callers
 * who cannot know the right number, or when it changes.
 *
 * <p>At rest under overload the limit is 1.3 times the concurrency that the dependency really
 * serves, plus the root of it. To know the latency without queueing, the limit is halved for a
 * moment, about every 30 s while the dependency is busy, and when latency jumps: if fewer calls are
 * no quicker, then it became slower in itself, and the limit stays.
 *
 * <p>Only successes tell about latency. Calls that timed out, or were sent away
 * ({@link #alsoOverloadOn}), may tell of overload. Where more than 5 % of them do, and less than
 * nearly all, it is tried whether half or a quarter of the calls in flight have fewer: if so, the
 * limit is lowered; if not, as with one bad shard of ten, it goes back to where it was, and is
 * tried again after 30 s. Where nearly all time out it is lowered at once, down to a tenth of the
 * last limit at which latency was good. Other failures, and calls that the caller gave up, tell
 * nothing. Latency is a mean: for calls that differ much in cost use a limit, and a pipeline, for
 * each kind.
 *
 * <p>Less critical calls are refused first ({@link RefusalReason#LOAD_SHED}): each criticality
 * leaves free what more critical calls have needed within the last seconds, and uses all that they
 * do not. One that is refused again and again gets one permit for 20 that went to others. A call
 * that finds the limit reached is refused with {@link RefusalReason#CONCURRENCY_LIMIT}; nothing
 * queues.
 *
 * <p>Thread-safe; may be shared by pipelines that use the same dependency and kernel.
 */
public final class AdaptiveLimit implements Gate {

  private static final int INITIAL = 20;
  private static final int DEFAULT_MAX = 1_000;
  private static final long FULL = Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
  private static final long SHED = Refusal.of(RefusalReason.LOAD_SHED);

  private final LongAdder samples = new LongAdder();
  private final LongAdder latencySum = new LongAdder();
  private final LongAdder young = new LongAdder(); // of those, the ones that began in this window
  private final LongAdder youngSum = new LongAdder();
  private final LongAdder drops = new LongAdder();
  private final LongAdder dropSum = new LongAdder();
  private final AtomicBoolean deciding = new AtomicBoolean();
  private final OverloadSigns overload = new OverloadSigns();
  private final int initialLimit;
  private volatile int minLimit;
  private volatile int maxLimit;
  private volatile @Nullable State state; // null until the first call tells the time

  /** What begins with the first call. */
  private static final class State {

    final Shares shares;
    final LatencyGradient gradient; // guarded by deciding
    volatile int limit;
    volatile long baselineNanos;
    volatile long lookNanos; // when to see whether the window is over
    volatile long windowStartNanos;
    volatile boolean isLong; // a window laid out for slow calls
    volatile int peak;
    volatile boolean refused;

    State(LatencyGradient gradient, long nowNanos) {
      this.shares = new Shares(nowNanos);
      this.gradient = gradient;
      this.limit = gradient.limit();
      begin(nowNanos);
    }

    void begin(long nowNanos) {
      windowStartNanos = nowNanos;
      isLong = gradient.windowNanos() > LatencyGradient.MIN_WINDOW_NANOS;
      lookNanos = nowNanos + LatencyGradient.MIN_WINDOW_NANOS;
    }
  }

  private AdaptiveLimit(int initialLimit, int minLimit, int maxLimit) {
    Checks.range("minLimit", minLimit, 1, Shares.MOST);
    Checks.range("maxLimit", maxLimit, minLimit, Shares.MOST);
    this.initialLimit = Checks.range("initialLimit", initialLimit, minLimit, maxLimit);
    this.minLimit = minLimit;
    this.maxLimit = maxLimit;
  }

  /**
   * A limit that begins at 20 and stays between 1 and 1,000.
   *
   * @return the gate
   */
  public static AdaptiveLimit standard() {
    return new AdaptiveLimit(INITIAL, 1, DEFAULT_MAX);
  }

  /**
   * Creates a limit.
   *
   * @param initialLimit where it begins; within the bounds
   * @param minLimit the least it comes to, 1 to 10,000; while it measures, for a moment, half of
   *     the present limit may be less
   * @param maxLimit the most it comes to, {@code minLimit} to 10,000; if both are the same, the
   *     limit is fixed and only its ranks remain
   * @return the gate
   */
  public static AdaptiveLimit of(int initialLimit, int minLimit, int maxLimit) {
    return new AdaptiveLimit(initialLimit, minLimit, maxLimit);
  }

  /**
   * Changes the bounds while calls run; the limit follows with the next window.
   *
   * @param newMinLimit 1 to 10,000
   * @param newMaxLimit {@code newMinLimit} to 10,000
   */
  public synchronized void setBounds(int newMinLimit, int newMaxLimit) {
    Checks.range("minLimit", newMinLimit, 1, Shares.MOST);
    Checks.range("maxLimit", newMaxLimit, newMinLimit, Shares.MOST);
    minLimit = newMinLimit;
    maxLimit = newMaxLimit;
  }

  /**
   * Takes further failures for signs of overload: the timeouts of a client or a driver that has
   * exceptions of its own, or a status that says "too busy". Without it these are: the calls that
   * the pipeline's own timeout ended, failures that are a {@link RetryAfter}, a
   * {@code java.net.http.HttpTimeoutException}, {@code java.net.SocketTimeoutException},
   * {@code java.util.concurrent.TimeoutException} or {@code java.sql.SQLTimeoutException}, and the
   * same as the cause of a {@code CompletionException} or {@code ExecutionException}.
   *
   * @param condition besides those; if it throws, that counts as false and is logged once
   * @return this
   */
  public AdaptiveLimit alsoOverloadOn(Predicate<? super Throwable> condition) {
    overload.alsoOn(Checks.notNull("condition", condition));
    return this;
  }

  /**
   * The present limit.
   *
   * @return the most calls in flight
   */
  public int limit() {
    State current = state;
    return current == null ? initialLimit : Math.min(current.limit, maxLimit);
  }

  /**
   * The calls in flight now.
   *
   * @return 0 or more
   */
  public int inFlight() {
    State current = state;
    return current == null ? 0 : current.shares.inFlight();
  }

  /**
   * The dependency's mean latency without queueing, as measured last.
   *
   * @return zero if it is not known yet
   */
  public Duration baseline() {
    State current = state;
    return Duration.ofNanos(current == null ? 0 : current.baselineNanos);
  }

  @Override
  @SuppressWarnings("EnumOrdinal") // the rank leaves no process
  public long admit(CallView call, long nowNanos) {
    State current = state(nowNanos);
    int rank = call.criticality().ordinal();
    int limit = Math.min(current.limit, maxLimit);
    int inFlight = current.shares.take(rank, limit, nowNanos);
    if (inFlight < 0) {
      if (!current.refused) {
        current.refused = true;
      }
      return -1 - inFlight >= limit ? FULL : SHED;
    }
    if (inFlight > current.peak) {
      current.peak = inFlight;
    }
    return rank;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    State current = state(nowNanos);
    current.shares.release((int) permit);
    switch (verdict) {
      case SUCCESS -> succeeded(current, call.startedNanos(), nowNanos);
      case TIMEOUT -> dropped(call, nowNanos);
      case FAILURE -> {
        if (overload.isShownBy(call.failure())) {
          dropped(call, nowNanos);
        }
      }
      case CANCELLED, REFUSED -> {
        return;
      }
    }
    if (nowNanos - current.lookNanos >= 0) {
      decide(current, nowNanos);
    }
  }

  private void succeeded(State current, long startedNanos, long nowNanos) {
    long latency = Math.max(0, nowNanos - startedNanos);
    latencySum.add(latency);
    samples.increment();
    if (current.isLong && startedNanos - current.windowStartNanos >= 0) {
      youngSum.add(latency);
      young.increment();
    }
  }

  private void dropped(CallView call, long nowNanos) {
    dropSum.add(Math.max(0, nowNanos - call.startedNanos()));
    drops.increment();
  }

  private void decide(State current, long nowNanos) {
    if (!deciding.compareAndSet(false, true)) {
      return; // another thread does
    }
    try {
      boolean enough = samples.sum() + drops.sum() >= current.gradient.windowSamples();
      if (!enough || nowNanos - current.lookNanos < 0) {
        return;
      }
      if (isOver(current, nowNanos)) {
        endWindow(current, nowNanos);
      } else {
        current.lookNanos = nowNanos + LatencyGradient.MIN_WINDOW_NANOS;
      }
    } finally {
      deciding.set(false);
    }
  }

  private boolean isOver(State current, long nowNanos) {
    long passed = nowNanos - current.windowStartNanos;
    LatencyGradient gradient = current.gradient;
    if (passed >= gradient.windowNanos()) {
      return true;
    }
    long quick = young.sum();
    return gradient.mayEndEarly()
        && quick >= gradient.youngSamples()
        && passed >= 2 * youngSum.sum() / quick;
  }

  private void endWindow(State current, long nowNanos) {
    LatencyGradient gradient = current.gradient;
    int count = (int) samples.sumThenReset();
    double mean = (double) latencySum.sumThenReset() / Math.max(1, count);
    young.reset();
    youngSum.reset();
    int dropped = (int) drops.sumThenReset();
    double dropMean = (double) dropSum.sumThenReset() / Math.max(1, dropped);
    gradient.setBounds(minLimit, maxLimit);
    gradient.onWindow(
        new LatencyGradient.Window(
            count,
            mean,
            dropped,
            dropMean,
            current.peak,
            current.refused,
            nowNanos - current.windowStartNanos),
        nowNanos);
    current.limit = gradient.limit();
    current.baselineNanos = gradient.baselineNanos();
    current.peak = current.shares.inFlight();
    current.refused = false;
    current.begin(nowNanos);
  }

  private State state(long nowNanos) {
    State current = state;
    return current != null ? current : begin(nowNanos);
  }

  private synchronized State begin(long nowNanos) {
    State current = state;
    if (current == null) {
      int initial = Math.max(minLimit, Math.min(initialLimit, maxLimit)); // they may have changed
      current = new State(new LatencyGradient(initial, minLimit, maxLimit, nowNanos), nowNanos);
      state = current;
    }
    return current;
  }

  /**
   * Whether nothing is lost if a new limit takes its place: what was learned of the dependency is
   * worth nothing if nobody asks it.
   *
   * @param nowNanos the present time
   * @return true if no call is in flight
   */
  @Override
  public boolean isIdle(long nowNanos) {
    return inFlight() == 0;
  }

  @Override
  public boolean permitsFollowWork() {
    return true; // what runs counts, also when its caller has gone
  }

  /**
   * Takes over the bounds and the signs of overload of another limit; what was learned of the
   * dependency and the calls in flight stay. Where a limit begins is of no account any more.
   *
   * @param next an {@code AdaptiveLimit}
   * @return this
   */
  @Override
  public Policy changedTo(Policy next) {
    AdaptiveLimit wanted = (AdaptiveLimit) next;
    setBounds(wanted.minLimit, wanted.maxLimit);
    overload.takeOver(wanted.overload);
    return this;
  }

  @Override
  public String name() {
    return "adaptive-limit";
  }

  @Override
  public String toString() {
    return name() + "(" + minLimit + " to " + maxLimit + ")";
  }
}
