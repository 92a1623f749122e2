package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An attempt that its caller has given up still runs: it holds its permit. */
class DetachedLimitsTest {

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger running = new AtomicInteger();

  private Object deaf() {
    running.incrementAndGet();
    while (!over.get()) {
      LockSupport.parkNanos(100_000);
      Thread.interrupted();
    }
    return "late";
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "adaptive"})
  void limit_boundsTheAttemptsThatRun(String which) {
    Gate limit = which.equals("queued") ? QueuedLimit.of(5, 1) : AdaptiveLimit.of(5, 1, 5);
    Pipeline legacy = Pipeline.of(
        "legacy",
        Timeout.total(Duration.ofMillis(40)), // bounds the wait in the queue
        limit,
        Timeout.detached(Duration.ofMillis(10), executor));
    for (int i = 0; i < 30; i++) {
      legacy.callOrElse(this::deaf, "gave up");
    }
    assertThat(running).hasValueLessThanOrEqualTo(5).hasValueGreaterThan(0);
  }

  @AfterEach
  void end() {
    over.set(true);
    executor.shutdownNow();
  }
}
