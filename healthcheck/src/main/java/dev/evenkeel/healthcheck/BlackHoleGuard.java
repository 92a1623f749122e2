package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Notices when this instance is a black hole: a load balancer that prefers whoever has the fewest
 * requests in flight sends ever more of them to an instance whose errors come back faster than
 * others' answers. It is then DOWN for a while, and gets another chance after that.
 *
 * <p>It is not DOWN while something SHARED fails or is coming back: then the errors are
 * everybody's, and leaving would only move them. Tell it of each request the process
 * <em>served</em>, with {@link #answered}. Thread-safe.
 */
public final class BlackHoleGuard {

  static final String NAME = "black-hole";

  private static final CheckTiming TIMING =
      CheckTiming.standard().riseAndFall(1, 1).backOffTo(Duration.ofSeconds(5));
  private static final int ENOUGH_SUSPICION = 2;
  private static final double HEALTHY_SHARE = 0.1;
  private static final double WEIGHT_OF_NEW = 0.3;

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
  }

  /**
   * The defaults: half of at least 20 answers within 5 s are errors that took less than half of a
   * normal answer's time, twice running; out for 30 s.
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
   * @param hold for how long it is then DOWN; more than 0
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

  Check asCheck(Kernel kernel, BooleanSupplier sharedUnwell) {
    return Check.local(NAME, new Watcher(kernel, sharedUnwell)).timing(TIMING);
  }

  /** Runs on one thread at a time. */
  private final class Watcher implements HealthCheck {

    private final Kernel kernel;
    private final BooleanSupplier sharedUnwell;
    private double normalNanos = Double.NaN;
    private boolean holding;
    private long holdUntilNanos;
    private int suspicious;

    Watcher(Kernel kernel, BooleanSupplier sharedUnwell) {
      this.kernel = kernel;
      this.sharedUnwell = sharedUnwell;
    }

    @Override
    public synchronized CheckResult check() {
      long goodCount = good.sumThenReset();
      double goodSum = goodNanos.sumThenReset();
      long errorCount = errors.sumThenReset();
      double errorSum = errorNanos.sumThenReset();
      long now = kernel.nanoTime();
      if (holding && holdUntilNanos - now > 0) {
        return CheckResult.down(String.format(
            Locale.ROOT,
            "errors came back faster than answers; out for another %.0f s",
            (holdUntilNanos - now) / 1e9));
      }
      holding = false;
      double share = errorCount / (double) Math.max(1, goodCount + errorCount);
      if (goodCount >= minAnswers && share < HEALTHY_SHARE) {
        double mean = goodSum / goodCount;
        normalNanos =
            Double.isNaN(normalNanos) ? mean : normalNanos + WEIGHT_OF_NEW * (mean - normalNanos);
      }
      boolean enough = goodCount + errorCount >= minAnswers && share >= errorShare;
      if (!enough || Double.isNaN(normalNanos) || errorSum / errorCount >= normalNanos / 2) {
        suspicious = 0;
        return CheckResult.up();
      }
      return seen(share, errorSum / errorCount, now);
    }

    private CheckResult seen(double share, double errorMean, long now) {
      String figures = String.format(
          Locale.ROOT,
          "%.0f %% errors within %.1f ms, while an answer takes %.1f ms",
          100 * share,
          errorMean / 1e6,
          normalNanos / 1e6);
      if (sharedUnwell.getAsBoolean()) {
        suspicious = 0;
        return CheckResult.degraded(
            figures + "; something shared is not well, so others do the same");
      }
      suspicious++;
      if (suspicious < ENOUGH_SUSPICION) {
        return CheckResult.degraded(figures);
      }
      suspicious = 0;
      holding = true;
      holdUntilNanos = now + holdNanos;
      return CheckResult.down(figures);
    }
  }
}
