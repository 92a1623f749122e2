package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Attempts whose ends race with each other, with their timeout and with interrupts from outside, on
 * two threads. {@code -Devenkeel.race.calls=10000000} for the long run; the default keeps the build
 * short.
 */
class HedgeRaceTest {

  private static final long CALLS = Long.getLong("evenkeel.race.calls", 200_000) / 10;
  private static final long DELAY_NANOS = 30_000;
  private static final long LONG_NANOS = 4 * DELAY_NANOS;
  private static final long START_TOKENS = 1_000_000_000_000L;

  private final SystemKernel kernel = new SystemKernel("hedge-race");
  private final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000_000);
  private final RecordingListener listener = new RecordingListener();
  private final StubHedge hedge = new StubHedge(DELAY_NANOS, 1);
  private final StubHedge manyHedges = new StubHedge(DELAY_NANOS / 2, 3);
  private final AtomicLong strayInterrupts = new AtomicLong();
  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicLong firstWon = new AtomicLong();
  private final AtomicLong hedgeWon = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  private Pipeline pipeline(Policy... policies) {
    hedge.tokens.set(START_TOKENS);
    manyHedges.tokens.set(START_TOKENS);
    return Pipeline.builder("race")
        .kernel(kernel)
        .executor(this::onAThreadOfItsOwn)
        .listener(listener)
        .policies(policies)
        .build();
  }

  /** The pool would clear an interrupt that a hedge left on its thread; here it is seen. */
  private void onAThreadOfItsOwn(Runnable task) {
    kernel.executeBlocking(() -> {
      task.run();
      if (Thread.interrupted()) {
        strayInterrupts.incrementAndGet();
      }
    });
  }

  /** Spins or waits for a while, fails now and then, and says which attempt it is. */
  private int attempt(SplittableRandom random, boolean waiting) throws Exception {
    int number = CallContext.current().hedge();
    long nanos = random.nextLong(LONG_NANOS);
    boolean fails = random.nextInt(8) == 0;
    if (waiting) {
      never.await(nanos, TimeUnit.NANOSECONDS);
    } else {
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
    }
    if (fails) {
      throw new IllegalStateException("down");
    }
    return number;
  }

  private static SplittableRandom split(SplittableRandom ofTheCall) {
    synchronized (ofTheCall) {
      return ofTheCall.split();
    }
  }

  /** Every fourth call is interrupted from outside beforehand. */
  private void calls(Pipeline pipeline, long seed, boolean waiting) {
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < CALLS / 2; i++) {
      boolean interruptedBefore = (i & 3) == 0;
      if (interruptedBefore) {
        Thread.currentThread().interrupt();
      }
      SplittableRandom own = random.split();
      boolean thrown = false;
      try {
        int won = pipeline.<Integer, Exception>call(() -> {
          return attempt(split(own), waiting);
        });
        (won == 0 ? firstWon : hedgeWon).incrementAndGet();
      } catch (InterruptedException fromOutside) {
        thrown = true;
      } catch (Exception failure) {
        failed.incrementAndGet();
      }
      boolean flag = Thread.interrupted();
      if ((flag || thrown) != interruptedBefore || (flag && thrown)) {
        throw new AssertionError("seed " + seed + ", call " + i + ": interrupted before "
            + interruptedBefore + ", thrown " + thrown + ", set afterwards " + flag);
      }
      if (CallerThread.currentContext() != null) {
        throw new AssertionError("seed " + seed + ", call " + i + ": a context was kept");
      }
    }
  }

  private void asyncCalls(Pipeline pipeline, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < CALLS / 2; i++) {
      CompletableFuture<Integer> result = pipeline.callAsync(() -> {
        CompletableFuture<Integer> source = new CompletableFuture<>();
        int number = CallContext.current().hedge();
        long nanos;
        boolean fails;
        synchronized (random) {
          nanos = random.nextLong(LONG_NANOS);
          fails = random.nextInt(8) == 0;
        }
        var timer = kernel.schedule(kernel.nanoTime() + nanos, () -> {
          if (fails) {
            source.completeExceptionally(new IllegalStateException("down"));
          } else {
            source.complete(number);
          }
        });
        var unused = source.whenComplete((value, failure) -> timer.cancel());
        return source;
      });
      if ((i & 7) == 0) {
        result.cancel(true);
        continue;
      }
      try {
        (result.get(10, TimeUnit.SECONDS) == 0 ? firstWon : hedgeWon).incrementAndGet();
      } catch (ExecutionException failure) {
        failed.incrementAndGet();
      }
    }
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertSoon("permits", () -> limit.inFlight() == 0);
    assertSoon("timers", () -> kernel.armedTimers() == 0);
    assertThat(2 * START_TOKENS - hedge.tokens.get() - manyHedges.tokens.get())
        .as("budget")
        .isEqualTo(listener.hedges.get());
    assertThat(strayInterrupts).as("interrupts left on a hedge's thread").hasValue(0);
    kernel.close();
  }

  /** The attempts that lost end on their own threads, a moment after the call. */
  private static void assertSoon(String what, java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(100_000);
    }
    assertThat(condition.getAsBoolean()).as(what).isTrue();
  }

  @Test
  void spinningAttempts_leaveNoStrayInterrupt_loseNone_andLeakNothing() throws Exception {
    Pipeline pipeline = pipeline(hedge, limit);
    onTwoThreads(seed -> calls(pipeline, seed, false));
    allWaysWereTaken();
  }

  @Test
  void waitingAttempts_leaveNoStrayInterrupt_loseNone_andLeakNothing() throws Exception {
    Pipeline pipeline = pipeline(hedge, limit);
    onTwoThreads(seed -> calls(pipeline, seed, true));
    allWaysWereTaken();
  }

  @Test
  void attemptsWithATimeout_leaveNoStrayInterrupt_loseNone_andLeakNothing() throws Exception {
    Pipeline pipeline = pipeline(hedge, limit, Timeout.of(Duration.ofNanos(LONG_NANOS / 2)));
    onTwoThreads(seed -> calls(pipeline, seed, true));
    allWaysWereTaken();
  }

  @Test
  void asynchronousAttempts_leakNothing() throws Exception {
    Pipeline pipeline = pipeline(hedge, limit, Timeout.of(Duration.ofNanos(LONG_NANOS / 2)));
    onTwoThreads(seed -> asyncCalls(pipeline, seed));
    allWaysWereTaken();
  }

  @Test
  void manyHedges_leaveNoStrayInterrupt_loseNone_andLeakNothing() throws Exception {
    Pipeline pipeline = pipeline(manyHedges, limit);
    onTwoThreads(seed -> calls(pipeline, seed, true));
    allWaysWereTaken();
  }

  /**
   * Interrupts from outside at any moment. One that arrives while ours is still unnoticed is one
   * with it, so some may be lost; but a call that was not interrupted must not show one.
   */
  @Test
  void interruptsFromOutsideAtAnyMoment_areNeverMoreThanWereSent() throws Exception {
    Pipeline pipeline = pipeline(hedge, limit);
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong sent = new AtomicLong();
    long seen = 0;
    Thread caller = Thread.currentThread();
    Thread outside = new Thread(() -> {
      SplittableRandom random = new SplittableRandom(3);
      while (!over.get()) {
        LockSupport.parkNanos(random.nextLong(8 * DELAY_NANOS));
        sent.incrementAndGet();
        caller.interrupt();
      }
    });
    outside.start();
    SplittableRandom random = new SplittableRandom(4);
    for (long i = 0; i < CALLS / 4; i++) {
      try {
        SplittableRandom own = random.split();
        pipeline.run(() -> attempt(split(own), true));
        hedgeWon.incrementAndGet();
      } catch (InterruptedException fromOutside) {
        seen++;
      } catch (Exception failure) {
        failed.incrementAndGet();
      }
      if (Thread.interrupted()) {
        seen++;
      }
    }
    over.set(true);
    while (outside.isAlive()) {
      try {
        outside.join();
      } catch (InterruptedException last) {
        seen++;
      }
    }
    if (Thread.interrupted()) {
      seen++;
    }
    System.out.printf(
        "%d interrupts sent, %d seen, %d calls ended otherwise%n",
        sent.get(), seen, hedgeWon.get() + failed.get());
    assertThat(seen).isPositive().isLessThanOrEqualTo(sent.get());
  }

  private void allWaysWereTaken() {
    System.out.printf(
        "%d won by the first, %d by the hedge, %d failed, %d hedges%n",
        firstWon.get(), hedgeWon.get(), failed.get(), listener.hedges.get());
    assertThat(firstWon).as("won by the first").hasPositiveValue();
    assertThat(hedgeWon).as("won by a hedge").hasPositiveValue();
    assertThat(failed).as("failed").hasPositiveValue();
  }

  @FunctionalInterface
  private interface Calls {
    void withSeed(long seed) throws Exception;
  }

  private static void onTwoThreads(Calls calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CyclicBarrier start = new CyclicBarrier(2);
      List<Future<?>> both = new ArrayList<>();
      for (long seed = 1; seed <= 2; seed++) {
        long own = seed;
        both.add(threads.submit(() -> {
          start.await();
          calls.withSeed(own);
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

  private static final class RecordingListener implements PipelineListener {
    final AtomicLong hedges = new AtomicLong();

    @Override
    public void onHedge(CallView call, long delayNanos) {
      hedges.incrementAndGet();
    }
  }
}
