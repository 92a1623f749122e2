package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.CheckedRunnable;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.TimelessGate;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.failback.Baseline;
import dev.evenkeel.failback.Comeback;
import dev.evenkeel.failback.Comeback.Sample;
import dev.evenkeel.failback.Failback;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls to a dependency that fails, and brings them back slowly when it returns.
 * Resilience4j's sliding window decides when it trips; the way back is {@link Failback}'s: a
 * jittered cool-down, one probe at a time, a ramp with feedback, and only then closed. No retry is
 * made while it probes or ramps.
 *
 * <p>What counts as a failure is the configuration's {@code recordException},
 * {@code ignoreException} and {@code recordResult}; a {@link Verdict#TIMEOUT} always does. A
 * predicate that throws counts the call as failed and is logged once. Calls that the caller gave
 * up, or that an inner policy refused, count as nothing.
 *
 * <p>Thread-safe. One breaker for each dependency; for each endpoint, shard or zone with
 * {@link dev.evenkeel.core.PerKey#of(java.util.function.Supplier)}.
 */
public final class CircuitBreaker implements StatefulGate, TimelessGate {

  /** Marks the permit of a call that was let through without the time, and not counted. */
  private static final long TIMELESS = 1L << 62;

  /** Marks the permit of a call that stands for such calls too. */
  private static final long SAMPLE = 1L << 61;

  private final CircuitBreakerConfig config;
  private final @Nullable Failback failback; // null: Resilience4j's own way back
  private final AtomicLong epochs = new AtomicLong();
  private final LongAdder staleVerdicts = new LongAdder();
  private final Classifier classifier;
  private final Announcer announcer = new Announcer("circuit-breaker");
  private volatile @Nullable Phase phase; // null until the first call tells the time
  private volatile FailuresInARow.@Nullable Rule rowRule;
  private volatile @Nullable CheckedRunnable<?> probeCall;
  private volatile @Nullable SyntheticProbe probe;
  private boolean begun;
  private long originNanos;

  private CircuitBreaker(CircuitBreakerConfig config, @Nullable Failback failback) {
    this.config = Checks.notNull("config", config);
    this.classifier = new Classifier(config);
    this.failback = failback;
  }

  /**
   * A breaker that trips when half of the last 50 calls failed, at least 20 of them made, or when
   * {@link #alsoTripAfter five in a row failed over at least 5 s}: whose calls are rare would need
   * minutes to fill a window. It comes back by {@link Failback#standard()}.
   *
   * @return a new breaker
   */
  public static CircuitBreaker standard() {
    return of(CircuitBreakerConfig.custom()
            .slidingWindowSize(50)
            .minimumNumberOfCalls(20)
            .build())
        .alsoTripAfter(5, Duration.ofSeconds(5));
  }

  /**
   * A breaker with Resilience4j's configuration and {@link Failback#standard()}.
   *
   * @param config decides when the breaker trips and what counts as a failure. Its settings for the
   *     open and half-open states ({@code waitDurationInOpenState},
   *     {@code permittedNumberOfCallsInHalfOpenState}, ...), {@code transitionOnResult} and its
   *     clock are not used.
   * @return a new breaker
   */
  public static CircuitBreaker of(CircuitBreakerConfig config) {
    return new CircuitBreaker(config, Failback.standard());
  }

  /**
   * A breaker with Resilience4j's configuration and a way back of one's own.
   *
   * @param config as for {@link #of(CircuitBreakerConfig)}
   * @param failback the way back
   * @return a new breaker
   */
  public static CircuitBreaker of(CircuitBreakerConfig config, Failback failback) {
    return new CircuitBreaker(config, Checks.notNull("failback", failback));
  }

  /**
   * A breaker with Resilience4j's own way back: a fixed wait, some calls, then everything. For a
   * step-by-step migration and for comparison; what this library exists for is switched off.
   *
   * @param config decides when the breaker trips, what counts as a failure, how long it waits and
   *     how many calls it lets through half open. Its automatic transition,
   *     {@code maxWaitDurationInHalfOpenState}, {@code transitionOnResult} and clock are not used.
   * @return a new breaker; its half-open state shows as PROBING
   */
  public static CircuitBreaker withoutFailback(CircuitBreakerConfig config) {
    return new CircuitBreaker(config, null);
  }

  /**
   * Trips also when nothing has succeeded for a while, however few calls are in the window. Not the
   * default, but for {@link #standard()}: other breakers trip as their configuration says.
   *
   * @param failuresInARow how many calls must have failed, with no success in between; 2 to
   *     1,000,000
   * @param over how long there must be between the end of the first of them and that of the last; 0
   *     or more. With 0 a burst of a few failures is enough.
   * @return this breaker
   * @throws IllegalStateException if the breaker is in a pipeline already, or is one
   *     {@link #withoutFailback}
   * @throws IllegalArgumentException if a value is out of its range
   */
  public CircuitBreaker alsoTripAfter(int failuresInARow, Duration over) {
    beforeUse("alsoTripAfter", "trips as Resilience4j does");
    rowRule = new FailuresInARow.Rule(
        Checks.range("failuresInARow", failuresInARow, 2, 1_000_000),
        Checks.nonNegativeNanos("over", over));
    return this;
  }

  private void beforeUse(String method, String whyNot) {
    if (failback == null) {
      throw new IllegalStateException(method + ": Resilience4j's own way back " + whyNot
          + " (expected: a breaker with failback)");
    }
    if (announcer.isAttached()) {
      throw new IllegalStateException(
          method + ": called after the breaker was put into a pipeline (expected: before)");
    }
  }

  /**
   * Probes by a call of one's own when the cool-down is over, so that a dependency without traffic
   * is found to be back, and no user's call has to find out. It runs on a worker of the kernel and
   * should have a time limit of its own.
   *
   * @param call succeeds if the dependency is well; cheap and without effect, such as a ping
   * @return this breaker
   * @throws IllegalStateException if the breaker is in a pipeline already, or is one
   *     {@link #withoutFailback}
   */
  public CircuitBreaker probeWith(CheckedRunnable<?> call) {
    beforeUse("probeWith", "makes no probes");
    probeCall = Checks.notNull("probe", call);
    return this;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    Phase current = phase(nowNanos);
    if (current.classic != null) {
      GateState before = current.classic.state();
      long answer = current.classic.admit(nowNanos);
      announceClassic(before, current.classic.state(), nowNanos);
      return answer;
    }
    return switch (current.kind) {
      case CLOSED -> {
        boolean sample = call.weight() > 1 && needsNoTime(current);
        current.baseline.onOffered(sample ? call.weight() : 1);
        yield sample ? current.epoch | SAMPLE : current.epoch;
      }
      case DISABLED -> current.epoch;
      case FORCED_OPEN -> Refusal.of(RefusalReason.CIRCUIT_FORCED_OPEN);
      default -> {
        long answer = Objects.requireNonNull(current.comeback).admit(call, nowNanos);
        // The call that finds the ramp at its end is let through by what comes after it.
        yield answer < 0 && phase != current ? admit(call, nowNanos) : answer;
      }
    };
  }

  @Override
  public long admitTimeless(CallView call) {
    Phase current = phase;
    if (current == null) {
      return NEEDS_TIME;
    }
    if (needsNoTime(current)) {
      return current.epoch | TIMELESS;
    }
    if (current.comeback != null && current.comeback.refusesTimeless()) {
      return Refusal.of(RefusalReason.CIRCUIT_OPEN);
    }
    return NEEDS_TIME;
  }

  @Override
  public long retryAfterNanos(CallView call, long nowNanos) {
    Phase current = phase;
    return current != null && current.comeback != null
        ? current.comeback.coolDownNanos(nowNanos)
        : 0;
  }

  private static boolean needsNoTime(Phase phase) {
    return phase.trip != null && !phase.trip.countsSlowCalls() && phase.baseline.isBusy();
  }

  @Override
  public boolean settleTimeless(CallView call, long permit) {
    Phase current = phase;
    return current != null
        && permit == (current.epoch | TIMELESS)
        && current.trip != null
        && current.trip.ignoresSuccess()
        && (!classifier.readsResults() || classifier.sample(call, Verdict.SUCCESS) == Sample.GOOD);
  }

  @Override
  public void settle(CallView call, long givenPermit, Verdict verdict, long nowNanos) {
    long permit = givenPermit & ~(TIMELESS | SAMPLE);
    boolean timeless = (givenPermit & TIMELESS) != 0; // it is not known when it began
    int weight = timeless ? 0 : (givenPermit & SAMPLE) == 0 ? 1 : call.weight();
    Phase current = phase(nowNanos);
    Sample sample = classifier.sample(call, verdict);
    long duration = timeless ? 0 : nowNanos - call.startedNanos();
    if (current.classic != null) {
      GateState before = current.classic.state();
      Throwable failure = sample == Sample.BAD ? Classifier.failureOf(call) : null;
      current.classic.settle(sample, duration, failure, nowNanos);
      announceClassic(before, current.classic.state(), nowNanos);
    } else if (current.comeback != null) {
      if (!current.comeback.settle(call, permit, sample, duration, nowNanos)) {
        staleVerdicts.increment();
      }
    } else if (current.epoch != permit) {
      staleVerdicts.increment();
    } else if (current.trip != null) {
      settleClosed(current, current.trip, call, sample, duration, weight, nowNanos);
    }
  }

  private void settleClosed(
      Phase closed,
      Trip trip,
      CallView call,
      Sample sample,
      long duration,
      int weight,
      long nowNanos) {
    switch (sample) {
      case GOOD -> {
        if (weight > 0) {
          closed.baseline.onSuccess(duration, weight);
        }
        trip.succeeded(duration, nowNanos);
      }
      case BAD -> {
        closed.baseline.onFailure();
        trip.failed(duration, Classifier.failureOf(call), nowNanos);
      }
      case NONE -> {
        closed.baseline.onUnjudged();
        trip.tell(nowNanos);
        return;
      }
    }
    closed.baseline.sample(nowNanos);
    if (trip.isDue()) {
      open(closed, trip, call.random(), nowNanos);
    }
  }

  @Override
  public boolean readsResults() {
    return classifier.readsResults();
  }

  @Override
  public boolean allowsRetry(CallView call, long permit) {
    Phase current = phase;
    return current == null
        || (current.classic != null ? current.classic.isClosed() : current.comeback == null);
  }

  private Phase phase(long nowNanos) {
    Phase current = phase;
    return current != null ? current : first(nowNanos);
  }

  private synchronized Phase first(long nowNanos) {
    Phase current = phase;
    if (current == null) {
      if (!begun) {
        begun = true;
        originNanos = nowNanos;
      }
      current = closed(new Baseline(Trip.tolerance(config), nowNanos), nowNanos);
      phase = current;
    }
    return current;
  }

  private Phase closed(Baseline baseline, long nowNanos) {
    long epoch = epochs.incrementAndGet();
    if (failback == null) {
      return new Phase(new Classic(config, nowNanos), epoch, baseline);
    }
    Trip trip = Trip.of(epoch, config, rowRule, originNanos, nowNanos);
    return new Phase(Kind.CLOSED, epoch, baseline, trip, null);
  }

  /**
   * Opens the breaker, if nobody else has: when a dependency dies, many calls find at once that it
   * should. Only the one that does reckons the reason.
   */
  private synchronized void open(Phase from, Trip trip, long random, long nowNanos) {
    if (phase != from) {
      return;
    }
    String reason = trip.whyTripped();
    if (reason == null) {
      return; // a success has ended the row of failures meanwhile
    }
    Comeback comeback = new Comeback(
        Objects.requireNonNull(failback),
        Trip.tolerance(config),
        from.baseline,
        epochs::incrementAndGet,
        (before, after, why, at) -> onComeback(from.baseline, before, after, why, at));
    phase = new Phase(Kind.OPEN, epochs.incrementAndGet(), from.baseline, null, comeback);
    comeback.begin(reason, random, nowNanos);
  }

  private synchronized void onComeback(
      Baseline baseline, GateState before, GateState after, String reason, long nowNanos) {
    Phase current = phase;
    if (current == null || current.comeback == null || current.baseline != baseline) {
      return; // somebody has taken the breaker in hand meanwhile
    }
    if (after.kind() == Kind.CLOSED) {
      phase = closed(baseline, nowNanos);
    }
    announcer.announce(before, after, reason, nowNanos);
    if (after.kind() == Kind.OPEN) {
      if (baseline.isBusy() && announcer.isAttached()) {
        long nanos = current.comeback.coolDownNanos(nowNanos);
        announcer.schedule(nanos, current.comeback.refuseTimeless());
      }
      SyntheticProbe prober = probe;
      if (prober != null) {
        prober.onOpen();
      }
    }
  }

  /**
   * Refuses all calls until {@link #reset}.
   *
   * @param reason why, for the log
   */
  public void forceOpen(String reason) {
    byHand(Kind.FORCED_OPEN, GateState.FORCED_OPEN, reason);
  }

  /**
   * Lets all calls through, unwatched, until {@link #reset}.
   *
   * @param reason why, for the log
   */
  public void disable(String reason) {
    byHand(Kind.DISABLED, GateState.DISABLED, reason);
  }

  /**
   * Closes the breaker with an empty window, from whatever state.
   *
   * @param reason why, for the log
   */
  public void reset(String reason) {
    byHand(Kind.CLOSED, GateState.CLOSED, reason);
  }

  private synchronized void byHand(Kind kind, GateState after, String reason) {
    Checks.notNull("reason", reason);
    GateState before = state();
    Phase current = phase;
    if (failback == null) {
      Objects.requireNonNull(phase(originNanos).classic).become(kind);
    } else if (kind == Kind.CLOSED) {
      epochs.incrementAndGet();
      phase = null; // begins anew with the next call
    } else {
      Baseline baseline = current != null ? current.baseline : new Baseline(Trip.tolerance(config), originNanos);
      phase = new Phase(kind, epochs.incrementAndGet(), baseline, null, null);
    }
    long nowNanos = announcer.isAttached() ? announcer.nanoTime() : originNanos;
    announcer.announce(before, after, "by hand: " + reason, nowNanos);
  }

  private void announceClassic(GateState before, GateState after, long nowNanos) {
    if (!before.equals(after)) {
      announcer.announce(before, after, "Resilience4j's own way", nowNanos);
    }
  }

  @Override
  public void attach(Attachment attachment) {
    announcer.add(attachment);
    CheckedRunnable<?> call = probeCall;
    if (call != null && probe == null) {
      probe = new SyntheticProbe(
          this, call, attachment.kernel(), attachment.pipelineName(), attachment.key());
    }
    phase(attachment.kernel().nanoTime());
  }

  @Override
  public GateState state() {
    Phase current = phase;
    return current == null ? GateState.CLOSED : current.state();
  }

  /**
   * The window that decides about tripping.
   *
   * @return its figures, as of the last call if the breaker is in no pipeline; empty while it is
   *     not closed
   */
  public WindowFigures figures() {
    Phase current = phase;
    if (current != null && current.classic != null) {
      if (announcer.isAttached()) {
        current.classic.tell(announcer.nanoTime());
      }
      return current.classic.figures();
    }
    if (current == null || current.trip == null) {
      return new WindowFigures(-1, -1, 0, 0, 0);
    }
    if (announcer.isAttached()) {
      current.trip.tell(announcer.nanoTime());
    }
    return current.trip.figures();
  }

  /**
   * How many verdicts came too late, from calls that were admitted in an earlier state. They change
   * nothing else.
   *
   * @return 0 or more
   */
  public long staleVerdicts() {
    return staleVerdicts.sum();
  }

  @Override
  public String name() {
    return "circuit-breaker";
  }

  @Override
  public Position position() {
    return Position.CIRCUIT_BREAKER;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s(%.0f %% of %d, %s)",
        name(),
        config.getFailureRateThreshold(),
        config.getSlidingWindowSize(),
        failback == null ? "Resilience4j's way back" : failback);
  }
}
