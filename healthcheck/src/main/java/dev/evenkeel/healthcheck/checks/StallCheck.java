package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether an executor or event loop still runs what it is given: hands it an empty task and waits a
 * moment. One such task is in it at most. Good for liveness, as a restart heals a stalled loop, if
 * its fall count outlasts an overload: {@code riseAndFall(1, 15)}.
 */
public final class StallCheck implements HealthCheck {

  private final Executor executor;
  private final long limitNanos;
  private final Kernel kernel;
  private @Nullable Ping outstanding;

  private record Ping(long sentNanos, CountDownLatch run) {}

  private StallCheck(Executor executor, Duration limit, Kernel kernel) {
    this.executor = Checks.notNull("executor", executor);
    this.limitNanos = Checks.positiveNanos("limit", limit);
    this.kernel = kernel;
  }

  /**
   * A task must be run within 500 ms.
   *
   * @param executor the executor, or {@code eventLoop::execute}
   * @return the check
   */
  public static StallCheck of(Executor executor) {
    return of(executor, Duration.ofMillis(500));
  }

  /**
   * A task must be run within a limit.
   *
   * @param executor the executor, or {@code eventLoop::execute}
   * @param limit more than 0; shorter than the check's time limit
   * @return the check
   */
  public static StallCheck of(Executor executor, Duration limit) {
    return new StallCheck(executor, limit, Kernel.system());
  }

  @Override
  public synchronized CheckResult check() throws InterruptedException {
    Ping ping = outstanding;
    if (ping == null) {
      Ping sent = new Ping(kernel.nanoTime(), new CountDownLatch(1));
      try {
        executor.execute(sent.run()::countDown);
      } catch (RejectedExecutionException full) {
        return CheckResult.down("rejects tasks: " + full.getMessage());
      }
      outstanding = sent;
      ping = sent;
    }
    boolean run = ping.run().await(limitNanos, TimeUnit.NANOSECONDS);
    double millis = (kernel.nanoTime() - ping.sentNanos()) / 1e6;
    if (run) {
      outstanding = null;
      return CheckResult.up().with("delayMillis", Math.round(millis * 10) / 10.0);
    }
    return CheckResult.down(
        String.format(Locale.ROOT, "has run no task for %.1f s", millis / 1_000));
  }
}
