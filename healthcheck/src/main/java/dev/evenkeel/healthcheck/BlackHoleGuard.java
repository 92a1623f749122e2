package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Notices when this instance is a black hole: a load balancer that prefers whoever has the fewest
 * requests in flight sends ever more of them to an instance whose errors come back faster than
 * others' answers. It is then DOWN for a while, and gets another chance after that; each chance in
 * vain doubles the time, up to eight times.
 *
 * <p>It is not DOWN while the errors are everybody's, and leaving would only move them: while
 * something SHARED fails or is coming back, and while a {@link FleetSignal} says that more than the
 * {@link SharedGuard}'s {@code maxFleetShare} of the others are black holes too. Without a signal
 * it must also be seen to attract traffic: to answer half as much again as it usually does.
 *
 * <p>What is normal it learns from the process itself: one that never answered well is not noticed.
 * Tell it of each request the process <em>served</em>, with {@link #answered}. Thread-safe.
 */
public final class BlackHoleGuard {

  static final String NAME = "black-hole";

  private static final CheckTiming TIMING =
      CheckTiming.standard().riseAndFall(1, 1).backOffTo(Duration.ofSeconds(5));
  private static final int ENOUGH_SUSPICION = 2;
  private static final int MOST_DOUBLINGS = 3;
  private static final Duration LONGEST_HOLD = Duration.ofDays(1);
  private static final double HEALTHY_SHARE = 0.1;
  private static final double WEIGHT_OF_NEW = 0.3;
  private static final double ATTRACTS = 1.5;

  /** Whose trouble errors are that come back fast. */
  enum Whose {
    OWN,
    EVERYONES,
    UNKNOWN
  }

  private final double errorShare;
  private final int minAnswers;
  private final long holdNanos;
  private final LongAdder good = new LongAdder();
  private final LongAdder goodNanos = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder errorNanos = new LongAdder();

  private BlackHoleGuard(double errorShare, int minAnswers, Duration hold) {
    this.errorShare = Checks.range("errorShare", errorShare, 0.01, 1);
    this.minAnswers = Checks.range("minAnswers", minAnswers, 1, 1_000_000);
    this.holdNanos = Checks.positiveNanos("hold", hold);
    if (hold.compareTo(LONGEST_HOLD) > 0) {
      throw new IllegalArgumentException(
          "hold: " + Checks.text(hold) + " (expected: at most 1 day)");
    }
  }

  /**
   * The defaults: half of at least 20 answers within 5 s are errors that took less than half of a
   * normal answer's time, twice running; out for 30 s, up to 4 min if it does not get better.
   *
   * @return a new guard
   */
  public static BlackHoleGuard standard() {
    return new BlackHoleGuard(0.5, 20, Duration.ofSeconds(30));
  }

  /**
   * A guard with other bounds.
   *
   * @param errorShare from which share of errors on, 0.01 to 1
   * @param minAnswers of at least how many answers within 5 s, 1 to 1,000,000
   * @param hold for how long it is then DOWN the first time; more than 0, up to 1 day
   * @return a new guard
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static BlackHoleGuard of(double errorShare, int minAnswers, Duration hold) {
    return new BlackHoleGuard(errorShare, minAnswers, hold);
  }

  /**
   * A request was answered.
   *
   * @param error whether by an error of the server's (such as a 5xx), rather than an answer or an
   *     error of the client's
   * @param took how long it took; a negative time counts as 0
   */
  public void answered(boolean error, Duration took) {
    long nanos = Math.max(0, Checks.notNull("took", took).toNanos());
    (error ? errors : good).increment();
    (error ? errorNanos : goodNanos).add(nanos);
  }

  Check asCheck(Kernel kernel, Supplier<Whose> whose) {
    return Check.local(NAME, new Watcher(kernel, whose)).timing(TIMING);
  }

  /** Runs on one thread at a time. */
  private final class Watcher implements HealthCheck {

    private final Kernel kernel;
    private final Supplier<Whose> whose;
    private double normalNanos = Double.NaN;
    private double normalRate; // answers per nanosecond
    private long lookedNanos;
    private boolean holding;
    private long holdUntilNanos;
    private int suspicious;
    /** How often it was DOWN without having answered well since. */
    private int inVain;

    Watcher(Kernel kernel, Supplier<Whose> whose) {
      this.kernel = kernel;
      this.whose = whose;
      this.lookedNanos = kernel.nanoTime();
    }

    @Override
    public synchronized CheckResult check() {
      long goodCount = good.sumThenReset();
      double goodSum = goodNanos.sumThenReset();
      long errorCount = errors.sumThenReset();
      double errorSum = errorNanos.sumThenReset();
      long now = kernel.nanoTime();
      double rate = (goodCount + errorCount) / (double) Math.max(1, now - lookedNanos);
      lookedNanos = now;
      if (holding && holdUntilNanos - now > 0) {
        return CheckResult.down(String.format(
            Locale.ROOT,
            "errors came back faster than answers; out for another %.0f s",
            (holdUntilNanos - now) / 1e9));
      }
      holding = false;
      double share = errorCount / (double) Math.max(1, goodCount + errorCount);
      if (goodCount >= minAnswers && share < HEALTHY_SHARE) {
        learn(goodSum / goodCount, rate);
      }
      if (goodCount + errorCount < minAnswers) {
        suspicious = 0;
        return CheckResult.up();
      }
      if (share < errorShare
          || Double.isNaN(normalNanos)
          || errorSum / errorCount >= normalNanos / 2) {
        suspicious = 0;
        inVain = 0;
        return CheckResult.up();
      }
      return seen(share, errorSum / errorCount, rate, now);
    }

    private void learn(double mean, double rate) {
      boolean first = Double.isNaN(normalNanos);
      normalNanos = first ? mean : normalNanos + WEIGHT_OF_NEW * (mean - normalNanos);
      normalRate = first ? rate : normalRate + WEIGHT_OF_NEW * (rate - normalRate);
    }

    private CheckResult seen(double share, double errorMean, double rate, long now) {
      String figures = String.format(
          Locale.ROOT,
          "%.0f %% errors within %.1f ms, while an answer takes %.1f ms",
          100 * share,
          errorMean / 1e6,
          normalNanos / 1e6);
      Whose trouble = whose.get();
      boolean attracts = rate >= ATTRACTS * normalRate;
      if (trouble == Whose.EVERYONES || (trouble == Whose.UNKNOWN && !attracts)) {
        suspicious = 0;
        return CheckResult.degraded(figures
            + (trouble == Whose.EVERYONES
                ? "; others do the same"
                : "; no more requests than usual"));
      }
      suspicious++;
      if (suspicious < ENOUGH_SUSPICION && inVain == 0) {
        return CheckResult.degraded(figures);
      }
      suspicious = 0;
      holding = true;
      holdUntilNanos = now + (holdNanos << Math.min(inVain, MOST_DOUBLINGS));
      inVain++;
      return CheckResult.down(figures);
    }
  }
}
