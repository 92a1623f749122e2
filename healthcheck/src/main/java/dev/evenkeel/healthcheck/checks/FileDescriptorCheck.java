package dev.evenkeel.healthcheck.checks;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Whether the process is about to run out of file descriptors, and so of connections. Where the
 * system does not count them it is UP and says so. Thread-safe.
 */
public final class FileDescriptorCheck implements HealthCheck {

  private final double degradedAbove;
  private final double downAbove;

  private FileDescriptorCheck(double degradedAbove, double downAbove) {
    this.downAbove = Checks.range("downAbove", downAbove, 0, 1);
    this.degradedAbove = Checks.range("degradedAbove", degradedAbove, 0, downAbove);
  }

  /**
   * DEGRADED above 80 % in use, DOWN above 95 %.
   *
   * @return the check
   */
  public static FileDescriptorCheck create() {
    return of(0.8, 0.95);
  }

  /**
   * With other bounds.
   *
   * @param degradedAbove the share in use above which it is DEGRADED, 0 to {@code downAbove}
   * @param downAbove the share in use above which it is DOWN, 0 to 1
   * @return the check
   * @throws IllegalArgumentException if a share is out of its range
   */
  public static FileDescriptorCheck of(double degradedAbove, double downAbove) {
    return new FileDescriptorCheck(degradedAbove, downAbove);
  }

  @Override
  public CheckResult check() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? judge(unix.getOpenFileDescriptorCount(), unix.getMaxFileDescriptorCount())
        : CheckResult.up().with("counted", false);
  }

  CheckResult judge(long open, long max) {
    double used = max <= 0 ? 0 : open / (double) max;
    String message = String.format(Locale.ROOT, "%.0f %% of the descriptors in use", 100 * used);
    CheckResult result = used > downAbove
        ? CheckResult.down(message)
        : used > degradedAbove ? CheckResult.degraded(message) : CheckResult.up();
    return result.with("open", open).with("max", max);
  }
}
