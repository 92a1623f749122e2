package dev.evenkeel.testkit;

import java.time.Duration;
import java.util.Locale;
import org.assertj.core.api.AbstractAssert;

/** Assertions on how a comeback went. */
public final class ComebackAssert extends AbstractAssert<ComebackAssert, ComebackFigures> {

  ComebackAssert(ComebackFigures actual) {
    super(actual, ComebackAssert.class);
  }

  /**
   * Goodput never fell below half of its best again.
   *
   * @return this
   */
  public ComebackAssert hasNoRelapse() {
    isNotNull();
    return holds("relapses", actual.relapses(), 0);
  }

  /**
   * Not more than this much normal traffic was lost after the dependency was healthy again.
   *
   * @param most seconds of normal traffic, as a time
   * @return this
   */
  public ComebackAssert hasDebtBelow(Duration most) {
    isNotNull();
    return holds("recovery debt in seconds", actual.debtSeconds(), most.toNanos() / 1e9);
  }

  /**
   * The debt is close to what is physically possible.
   *
   * @param most how many times the limit
   * @return this
   */
  public ComebackAssert hasDebtWithinLimitTimes(double most) {
    isNotNull();
    return holds(
        "recovery debt in seconds", actual.debtSeconds(), most * actual.debtLimitSeconds());
  }

  /**
   * From this time after the return on, 99 % of the normal traffic is served.
   *
   * @param most the time
   * @return this
   */
  public ComebackAssert isBackWithin(Duration most) {
    isNotNull();
    return holds("T99 in seconds", actual.t99Seconds(), most.toNanos() / 1e9);
  }

  /**
   * The load sent never went far beyond what the dependency could do at that moment.
   *
   * @param most the highest load over the capacity
   * @return this
   */
  public ComebackAssert hasPeakBelow(double most) {
    isNotNull();
    return holds("peak load over capacity", actual.peak(), most);
  }

  /**
   * The dead dependency was left alone, but for this share of the normal traffic.
   *
   * @param most 0 to 1
   * @return this
   */
  public ComebackAssert hasProbeLoadBelow(double most) {
    isNotNull();
    return holds("probe load", actual.probeLoad(), most);
  }

  /**
   * Little work was done for clients that had gone.
   *
   * @param most 0 to 1
   * @return this
   */
  public ComebackAssert hasWastedWorkBelow(double most) {
    isNotNull();
    return holds("wasted work", actual.wastedShare(), most);
  }

  /**
   * Few of the calls that were let through on the way back failed.
   *
   * @param most 0 to 1
   * @return this
   */
  public ComebackAssert hasAdmittedErrorsBelow(double most) {
    isNotNull();
    return holds("errors of admitted calls", actual.admittedErrorShare(), most);
  }

  /**
   * No process came back at the cost of another.
   *
   * @param least Jain's index, 0 to 1
   * @return this
   */
  public ComebackAssert hasFairnessOfAtLeast(double least) {
    isNotNull();
    if (!(actual.fairness() >= least)) {
      fail("Jain's index", actual.fairness(), "at least", least);
    }
    return this;
  }

  private ComebackAssert holds(String figure, double value, double most) {
    if (!(value <= most)) {
      fail(figure, value, "at most", most);
    }
    return this;
  }

  private void fail(String figure, double value, String how, double bound) {
    failWithMessage(
        "%s",
        String.format(
            Locale.ROOT,
            "%s: %s %.4g (expected: %s %.4g); measured: recovery debt %s, T99 %s",
            actual.name(),
            figure,
            value,
            how,
            bound,
            besideItsLimit(actual.debtSeconds(), actual.debtLimitSeconds()),
            besideItsLimit(actual.t99Seconds(), actual.t99LimitSeconds())));
  }

  private static String besideItsLimit(double seconds, double limit) {
    String measured =
        Double.isInfinite(seconds) ? "not seen" : String.format(Locale.ROOT, "%.1f s", seconds);
    return limit > 0
        ? measured + String.format(Locale.ROOT, " (physical limit %.1f s)", limit)
        : measured;
  }
}
