package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether a disk has space left. Thread-safe. */
public final class DiskSpaceCheck implements HealthCheck {

  private final Path path;
  private final double degradedBelow;
  private final double downBelow;

  private DiskSpaceCheck(Path path, double degradedBelow, double downBelow) {
    this.path = Checks.notNull("path", path);
    this.degradedBelow = Checks.range("degradedBelow", degradedBelow, 0, 1);
    this.downBelow = Checks.range("downBelow", downBelow, 0, degradedBelow);
  }

  /**
   * DEGRADED below 10 % of free space, DOWN below 2 %.
   *
   * @param path a file or folder on the disk
   * @return the check
   */
  public static DiskSpaceCheck of(Path path) {
    return new DiskSpaceCheck(path, 0.1, 0.02);
  }

  /**
   * With other bounds.
   *
   * @param path a file or folder on the disk
   * @param degradedBelow the free share below which it is DEGRADED, 0 to 1
   * @param downBelow the free share below which it is DOWN, 0 to {@code degradedBelow}
   * @return the check
   * @throws IllegalArgumentException if a share is out of its range
   */
  public static DiskSpaceCheck of(Path path, double degradedBelow, double downBelow) {
    return new DiskSpaceCheck(path, degradedBelow, downBelow);
  }

  @Override
  public CheckResult check() throws IOException {
    FileStore store = Files.getFileStore(path);
    return judge(store.getUsableSpace(), store.getTotalSpace());
  }

  CheckResult judge(long freeBytes, long totalBytes) {
    double free = totalBytes <= 0 ? 1 : freeBytes / (double) totalBytes; // some stores have no size
    String message = String.format(Locale.ROOT, "%.1f %% of the disk is free", 100 * free);
    CheckResult result = free < downBelow
        ? CheckResult.down(message)
        : free < degradedBelow ? CheckResult.degraded(message) : CheckResult.up();
    return result.with("freeBytes", freeBytes).with("totalBytes", totalBytes);
  }
}
