package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Calls whose end races with their timeout, on two threads. {@code -Devenkeel.race.calls=10000000}
 * for the long run; the default keeps the build short.
 */
class TimeoutRaceTest {

  private static final long CALLS = Long.getLong("evenkeel.race.calls", 200_000);
  private static final long TIMEOUT_NANOS = 30_000;

  private final SystemKernel kernel = new SystemKernel("race");
  private final ConcurrencyLimit limit = ConcurrencyLimit.of(2);
  private final Pipeline pipeline = Pipeline.builder("race")
      .kernel(kernel)
      .policies(limit, Timeout.of(Duration.ofNanos(TIMEOUT_NANOS)))
      .build();
  private final AtomicLong inTime = new AtomicLong();
  private final AtomicLong late = new AtomicLong();

  /**
   * Every fourth call ends with an interrupt of its own from outside, set before the time can be
   * over.
   */
  private void calls(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < CALLS / 2; i++) {
      boolean interruptedBefore = (i & 3) == 0;
      if (interruptedBefore) {
        Thread.currentThread().interrupt();
      }
      long spin = random.nextLong(2 * TIMEOUT_NANOS);
      try {
        pipeline.run(() -> {
          long end = System.nanoTime() + spin;
          while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
          }
        });
        inTime.incrementAndGet();
      } catch (CallTimeoutException timeout) {
        late.incrementAndGet();
      }
      boolean flag = Thread.interrupted();
      if (flag != interruptedBefore) {
        throw new AssertionError("seed " + seed + ", call " + i + ": "
            + (flag ? "a stray interrupt" : "a lost interrupt"));
      }
    }
  }

  @Test
  void callsThatRaceWithTheirTimeout_leaveNoStrayInterrupt_loseNone_andLeakNothing()
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CountDownLatch start = new CountDownLatch(2);
      Future<?> one = threads.submit(() -> startTogether(start, 1));
      Future<?> two = threads.submit(() -> startTogether(start, 2));
      one.get(30, TimeUnit.MINUTES);
      two.get(30, TimeUnit.MINUTES);
    } finally {
      threads.shutdownNow();
    }
    assertThat(inTime.get() + late.get()).isEqualTo(CALLS / 2 * 2);
    assertThat(inTime).as("calls in time").hasPositiveValue();
    assertThat(late).as("calls that timed out").hasPositiveValue();
    assertThat(limit.inFlight()).as("permits").isZero();
    assertThat(kernel.armedTimers()).as("timers").isZero();
    System.out.printf("%d calls in time, %d timed out%n", inTime.get(), late.get());
    kernel.close();
  }

  private void startTogether(CountDownLatch start, long seed) {
    start.countDown();
    try {
      start.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
    calls(seed);
  }
}
