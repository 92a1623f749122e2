package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Locale;

/**
 * Whether the process spends its time collecting garbage, or its heap is full even after that. How
 * full the heap is just now says nothing: it is meant to fill. Thread-safe.
 */
public final class MemoryPressureCheck implements HealthCheck {

  private static final double FULL_AFTER_COLLECTION = 0.9;

  private final double degradedAbove;
  private final double downAbove;
  private final Kernel kernel;
  private boolean begun;
  private long lastNanos;
  private long lastPauseMillis;

  private MemoryPressureCheck(double degradedAbove, double downAbove, Kernel kernel) {
    this.downAbove = Checks.range("downAbove", downAbove, 0, 1);
    this.degradedAbove = Checks.range("degradedAbove", degradedAbove, 0, downAbove);
    this.kernel = kernel;
  }

  /**
   * DEGRADED above 20 % of the time in pauses for garbage, or when the heap is 90 % full after a
   * collection; DOWN above 50 % of the time.
   *
   * @return the check
   */
  public static MemoryPressureCheck create() {
    return of(0.2, 0.5);
  }

  /**
   * With other bounds.
   *
   * @param degradedAbove the share of the time above which it is DEGRADED, 0 to {@code downAbove}
   * @param downAbove the share of the time above which it is DOWN, 0 to 1
   * @return the check
   * @throws IllegalArgumentException if a share is out of its range
   */
  public static MemoryPressureCheck of(double degradedAbove, double downAbove) {
    return new MemoryPressureCheck(degradedAbove, downAbove, Kernel.system());
  }

  @Override
  public synchronized CheckResult check() {
    long now = kernel.nanoTime();
    long pauses = pauseMillis();
    double share =
        begun && now - lastNanos > 0 ? (pauses - lastPauseMillis) * 1e6 / (now - lastNanos) : 0;
    begun = true;
    lastNanos = now;
    lastPauseMillis = pauses;
    return judge(Math.max(0, share), fullAfterCollection());
  }

  CheckResult judge(double pauseShare, double full) {
    String message = String.format(
        Locale.ROOT,
        "%.0f %% of the time collecting garbage, heap %.0f %% full after that",
        100 * pauseShare,
        100 * full);
    CheckResult result = pauseShare > downAbove
        ? CheckResult.down(message)
        : pauseShare > degradedAbove || full > FULL_AFTER_COLLECTION
            ? CheckResult.degraded(message)
            : CheckResult.up();
    return result
        .with("pauseShare", rounded(pauseShare))
        .with("fullAfterCollection", rounded(full));
  }

  private static double rounded(double share) {
    return Math.round(share * 1_000) / 1_000.0;
  }

  /** The work of concurrent collectors beside the application is no pause. */
  private static long pauseMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(
            bean -> !bean.getName().contains("Concurrent") && !bean.getName().endsWith("Cycles"))
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .filter(millis -> millis > 0)
        .sum();
  }

  /** How full the heap's pool with the largest maximum was after its last collection. */
  private static double fullAfterCollection() {
    double full = 0;
    long largest = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && usage != null && usage.getMax() > largest) {
        largest = usage.getMax();
        full = usage.getUsed() / (double) largest;
      }
    }
    return full;
  }
}
