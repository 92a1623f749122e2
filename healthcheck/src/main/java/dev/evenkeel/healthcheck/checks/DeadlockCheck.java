package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Whether threads wait for each other for ever. Good for liveness: only a restart ends that.
 * Virtual threads are not seen. Thread-safe.
 */
public final class DeadlockCheck implements HealthCheck {

  private DeadlockCheck() {}

  /**
   * Looks at all platform threads.
   *
   * @return the check
   */
  public static DeadlockCheck create() {
    return new DeadlockCheck();
  }

  @Override
  public CheckResult check() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] ids = threads.findDeadlockedThreads();
    if (ids == null) {
      return CheckResult.up();
    }
    String names = Arrays.stream(threads.getThreadInfo(ids))
        .filter(Objects::nonNull)
        .map(ThreadInfo::getThreadName)
        .collect(Collectors.joining(", "));
    return CheckResult.down("deadlocked: " + names).with("threads", ids.length);
  }
}
