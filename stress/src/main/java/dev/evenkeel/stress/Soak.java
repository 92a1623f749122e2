package dev.evenkeel.stress;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.SystemKernel;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Timers;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Loads pipelines on two threads, blocking and asynchronous, for minutes, with faults of all kinds,
 * and looks for growth: every 30 s the load is held still, everything in flight ends, and after a
 * full collection the heap, the threads, the armed timers and the permits are printed. Ends with 1
 * if a timer or permit was left, or if heap or threads of the last quarter are above those of the
 * second.
 */
public final class Soak {

  private static final int THREADS = 2;
  private static final int BATCH = 200;
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** After a call that was not answered; else the quick refusals would be nearly all calls. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long ALLOWED_BYTES = 256 * 1024;
  private static final int ALLOWED_THREADS = 1;

  private final SystemKernel kernel = new SystemKernel("soak");
  private final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000);
  private final Pipeline plain = pipeline("plain");
  private final Pipeline hedged =
      pipeline("hedged", Hedge.after(Duration.ofMillis(2)).forIdempotentCalls());
  private final ReadWriteLock load = new ReentrantReadWriteLock(true);
  private final LongAdder calls = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder started = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private volatile boolean over;

  /** What is there when nothing is in flight. */
  private record Sample(long heapBytes, int threads, int timers, int permits) {}

  private Soak() {}

  private Pipeline pipeline(String name, dev.evenkeel.core.Policy... more) {
    List<dev.evenkeel.core.Policy> policies = new ArrayList<>(List.of(more));
    policies.add(Fallback.of(failure -> "fallback"));
    policies.add(Retry.builder()
        .backoff(Backoff.fullJitter(Duration.ofMillis(1), Duration.ofMillis(5)))
        .build());
    policies.add(CircuitBreaker.standard());
    policies.add(limit);
    policies.add(Timeout.ofMillis(20));
    return Pipeline.builder(name)
        .kernel(kernel)
        .policies(policies.toArray(dev.evenkeel.core.Policy[]::new))
        .build();
  }

  private void work(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    while (!over) {
      load.readLock().lock();
      try {
        for (int i = 0; i < BATCH; i++) {
          one(random);
        }
      } finally {
        load.readLock().unlock();
      }
    }
  }

  private void one(SplittableRandom random) {
    Pipeline pipeline = random.nextInt(50) == 0 ? hedged : plain;
    // Outages come and go, so that the breakers trip and come back again and again.
    boolean outage = System.nanoTime() / TimeUnit.SECONDS.toNanos(1) % 20 >= 18;
    int fault = random.nextInt(outage ? 100 : 10_000);
    calls.increment();
    try {
      if (random.nextInt(10) == 0) {
        async(pipeline, fault, random);
      } else if (pipeline.call(() -> Faults.blocking(fault)).equals("answer")) {
        answered.increment();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (Throwable expected) {
      // A failure is what a soak is for; the figures tell what was left behind.
    } finally {
      Thread.interrupted();
    }
  }

  private void async(Pipeline pipeline, int fault, SplittableRandom random) {
    started.increment();
    CompletableFuture<String> future = pipeline.callAsync(() -> Faults.async(fault, kernel));
    if (random.nextInt(100) == 0) {
      future.cancel(true);
    }
    CompletableFuture<String> unused = future.whenComplete((answer, failure) -> {
      ended.increment();
      if ("answer".equals(answer)) {
        answered.increment();
      }
    });
  }

  private Sample sample() {
    load.writeLock().lock();
    try {
      long end = System.nanoTime() + DRAIN_NANOS;
      while (!isDrained() && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(1_000_000);
      }
      Runtime runtime = Runtime.getRuntime();
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      return new Sample(
          runtime.totalMemory() - runtime.freeMemory(),
          Thread.activeCount(),
          Timers.armed(kernel),
          limit.inFlight());
    } finally {
      load.writeLock().unlock();
    }
  }

  private boolean isDrained() {
    return started.sum() == ended.sum() && Timers.armed(kernel) == 0 && limit.inFlight() == 0;
  }

  private boolean run(int minutes) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      long seed = i;
      Thread thread = new Thread(() -> work(seed), "load-" + i);
      thread.start();
      threads.add(thread);
    }
    List<Sample> samples = new ArrayList<>();
    long begin = System.nanoTime();
    for (int round = 1; round <= 2 * minutes; round++) {
      kernel.sleepUntil(begin + round * ROUND_NANOS);
      Sample sample = sample();
      samples.add(sample);
      System.out.printf(
          "%5d s: heap %7.1f KB, %d threads, %d timers, %d permits; %d calls, %d answered; %s, %s%n",
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
          sample.heapBytes() / 1024.0,
          sample.threads(),
          sample.timers(),
          sample.permits(),
          calls.sum(),
          answered.sum(),
          plain.policy(CircuitBreaker.class).orElseThrow().state(),
          hedged.policy(CircuitBreaker.class).orElseThrow().state());
    }
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    kernel.close();
    return hasGrown(samples);
  }

  private static boolean hasGrown(List<Sample> samples) {
    int quarter = samples.size() / 4;
    List<Sample> second = samples.subList(quarter, 2 * quarter);
    List<Sample> last = samples.subList(samples.size() - quarter, samples.size());
    double heap = mean(last, Sample::heapBytes) - mean(second, Sample::heapBytes);
    double threads = mean(last, Sample::threads) - mean(second, Sample::threads);
    boolean left = samples.stream().anyMatch(s -> s.timers() != 0 || s.permits() != 0);
    System.out.printf(
        "from the second quarter to the last: heap %+.1f KB, threads %+.1f; timers or permits left: %s%n",
        heap / 1024, threads, left);
    return heap > ALLOWED_BYTES || threads > ALLOWED_THREADS || left;
  }

  private static double mean(List<Sample> samples, java.util.function.ToLongFunction<Sample> what) {
    return samples.stream().mapToLong(what).average().orElse(0);
  }

  /**
   * Runs it.
   *
   * @param args for how many minutes, 10 by default, at least 2
   */
  public static void main(String[] args) throws InterruptedException {
    int minutes = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    if (minutes < 2) {
      throw new IllegalArgumentException("minutes: " + minutes + " (expected: at least 2)");
    }
    boolean grown = new Soak().run(minutes);
    System.out.println(grown ? "grown" : "no growth");
    System.exit(grown ? 1 : 0);
  }
}
