package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Calls whose end races with their timeout, on two threads. {@code -Devenkeel.race.calls=10000000}
 * for the long run; the default keeps the build short.
 */
class TimeoutRaceTest {

  private static final long CALLS = Long.getLong("evenkeel.race.calls", 200_000);
  private static final long WAITING_CALLS = Math.max(20_000, CALLS / 50);
  private static final long TIMEOUT_NANOS = 30_000;

  private final SystemKernel kernel = new SystemKernel("race");
  private final ConcurrencyLimit limit = ConcurrencyLimit.of(2);
  private final Pipeline pipeline = Pipeline.builder("race")
      .kernel(kernel)
      .policies(limit, Timeout.of(Duration.ofNanos(TIMEOUT_NANOS)))
      .build();
  private final AtomicLong inTime = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final AtomicLong fromOutsideThrown = new AtomicLong();
  private final CountDownLatch never = new CountDownLatch(1);

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
      nothingLeaked(i);
    }
  }

  /**
   * The same with calls that wait, so that the interrupt ends them or comes just too late. One from
   * outside is kept if it is set afterwards, or if it is what the caller got.
   */
  private void waitingCalls(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < WAITING_CALLS / 2; i++) {
      boolean interruptedBefore = (i & 3) == 0;
      if (interruptedBefore) {
        Thread.currentThread().interrupt();
      }
      long wait = random.nextLong(2 * TIMEOUT_NANOS);
      boolean thrown = false;
      try {
        pipeline.run(() -> never.await(wait, TimeUnit.NANOSECONDS));
        inTime.incrementAndGet();
      } catch (CallTimeoutException timeout) {
        late.incrementAndGet();
      } catch (InterruptedException fromOutside) {
        thrown = true;
        fromOutsideThrown.incrementAndGet();
      }
      boolean flag = Thread.interrupted();
      if ((flag || thrown) != interruptedBefore || (flag && thrown)) {
        throw new AssertionError("seed " + seed + ", call " + i + ": interrupted before "
            + interruptedBefore + ", thrown " + thrown + ", set afterwards " + flag);
      }
      nothingLeaked(i);
    }
  }

  /** Of this thread's calls; the other thread may be in the middle of one. */
  private void nothingLeaked(long call) {
    if (limit.inFlight() > 1) {
      throw new AssertionError("call " + call + ": a permit was kept");
    }
    if ((call & 1023) == 0 && kernel.armedTimers() > 1) {
      throw new AssertionError("call " + call + ": a timer was kept");
    }
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(limit.inFlight()).as("permits").isZero();
    assertThat(kernel.armedTimers()).as("timers").isZero();
    kernel.close();
  }

  @Test
  void callsThatRaceWithTheirTimeout_leaveNoStrayInterrupt_loseNone_andLeakNothing()
      throws Exception {
    onTwoThreads(this::calls);
    assertThat(inTime.get() + late.get()).isEqualTo(CALLS / 2 * 2);
    bothWaysWereTaken();
  }

  @Test
  void waitingCallsThatRaceWithTheirTimeout_leaveNoStrayInterrupt_loseNone_andLeakNothing()
      throws Exception {
    onTwoThreads(this::waitingCalls);
    assertThat(inTime.get() + late.get() + fromOutsideThrown.get())
        .isEqualTo(WAITING_CALLS / 2 * 2);
    assertThat(fromOutsideThrown).as("interrupts from outside").hasPositiveValue();
    bothWaysWereTaken();
  }

  private void bothWaysWereTaken() {
    assertThat(inTime).as("calls in time").hasPositiveValue();
    assertThat(late).as("calls that timed out").hasPositiveValue();
    System.out.printf(
        "%d calls in time, %d timed out, %d interrupted from outside%n",
        inTime.get(), late.get(), fromOutsideThrown.get());
  }

  private void onTwoThreads(LongConsumer callsWithSeed) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CyclicBarrier start = new CyclicBarrier(2);
      List<Future<?>> both = new ArrayList<>();
      for (long seed = 1; seed <= 2; seed++) {
        long own = seed;
        both.add(threads.submit(() -> {
          start.await();
          callsWithSeed.accept(own);
          return null;
        }));
      }
      for (Future<?> one : both) {
        one.get(30, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
