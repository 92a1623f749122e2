package dev.evenkeel.stress;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Calls of every hostile kind at random, for as long as one likes, while a victim with a timeout of
 * its own keeps a record of how late that is. The same load without hostility goes first, to
 * compare with. In the end nothing may be left: no permit, no future that hangs, no stray
 * interrupt, no thread that a call has started. {@code stress/hostile [minutes]}.
 */
public final class Hostile {

  private static final int THREADS = 8;
  private static final int MOST_IN_FLIGHT = 2_000;
  private static final Duration VICTIMS_TIMEOUT = Duration.ofMillis(100);
  private static final long BOUND_SECONDS = 60;

  private final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000_000);
  private final ExecutorService executor = Executors.newCachedThreadPool(Hostile::daemon);
  private final Map<String, Pipeline> pipelines = new ConcurrentHashMap<>();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong strayInterrupts = new AtomicLong();
  private final Queue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
  private final AtomicLong inFlight = new AtomicLong();
  private final ThreadFactory threads;

  /**
   * What a run showed.
   *
   * @param calls how many hostile calls were made
   * @param victims how many calls the victim made
   * @param p99Millis how late its timeout was in one of a hundred calls
   * @param worstMillis how late it was at worst
   * @param permits those that are still out
   * @param hanging futures that did not end
   * @param strayInterrupts calls after which their thread was interrupted by nobody else
   */
  public record Figures(
      long calls,
      int victims,
      double p99Millis,
      double worstMillis,
      int permits,
      int hanging,
      long strayInterrupts) {}

  private Hostile(ThreadFactory threads) {
    this.threads = threads;
  }

  /**
   * Runs it.
   *
   * @param arguments the minutes; 1 by default
   * @throws Exception if it cannot
   */
  public static void main(String[] arguments) throws Exception {
    double minutes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
    Duration time = Duration.ofMillis((long) (minutes * 60_000));
    System.out.printf("%s, %s%n", System.getProperty("java.version"), time);
    run(Thread::new, Duration.ofSeconds(2), true); // loads classes
    System.out.println("calm, platform threads     " + run(Thread::new, time.dividedBy(6), false));
    System.out.println("hostile, platform threads  " + run(Thread::new, time.dividedBy(2), true));
    ThreadFactory virtual = virtualThreads();
    if (virtual != null) {
      System.out.println("hostile, virtual threads   " + run(virtual, time.dividedBy(3), true));
    }
  }

  private static ThreadFactory virtualThreads() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      return (ThreadFactory)
          Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException beforeJava21) {
      return null;
    }
  }

  /**
   * One run.
   *
   * @param threads makes the callers' threads
   * @param time how long
   * @param hostile whether the calls are hostile, or only wait as long
   * @return the figures
   * @throws InterruptedException if it is interrupted
   */
  static Figures run(ThreadFactory threads, Duration time, boolean hostile)
      throws InterruptedException {
    return new Hostile(threads).run(time, hostile);
  }

  private Figures run(Duration time, boolean hostile) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    Thread[] callers = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      callers[i] = threads.newThread(() -> {
        while (System.nanoTime() - end < 0) {
          once(random, hostile);
        }
      });
      callers[i].start();
    }
    double[] lateness = watch(end);
    for (Thread caller : callers) {
      caller.join(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
    }

    int hanging = awaitFutures();
    int permits = awaitPermits();
    executor.shutdownNow();
    Arrays.sort(lateness);
    return new Figures(
        calls.get(),
        lateness.length,
        lateness.length == 0 ? 0 : lateness[(int) (lateness.length * 0.99)],
        lateness.length == 0 ? 0 : lateness[lateness.length - 1],
        permits,
        hanging,
        strayInterrupts.get());
  }

  /** The victim: a call that hangs, and how much later than its timeout it ended. */
  private static double[] watch(long end) {
    Pipeline victim = Pipeline.of("victim", Timeout.of(VICTIMS_TIMEOUT));
    double[] lateness = new double[1_000_000];
    int count = 0;
    while (System.nanoTime() - end < 0 && count < lateness.length) {
      long begin = System.nanoTime();
      try {
        victim.run(() -> Thread.sleep(60_000));
      } catch (CallTimeoutException | InterruptedException inTime) {
        lateness[count++] = (System.nanoTime() - begin - VICTIMS_TIMEOUT.toNanos()) / 1e6;
      }
    }
    return Arrays.copyOf(lateness, count);
  }

  private int awaitFutures() {
    int hanging = 0;
    for (CompletableFuture<?> future : futures) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
      while (!future.isDone() && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(1_000_000);
      }
      hanging += future.isDone() ? 0 : 1;
    }
    return hanging;
  }

  private int awaitPermits() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (limit.inFlight() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(1_000_000);
    }
    return limit.inFlight();
  }

  private void once(SplittableRandom random, boolean hostile) {
    calls.incrementAndGet();
    Duration timeout = Duration.ofMillis(1 + random.nextInt(20));
    int kind = hostile ? random.nextInt(16) : -1;
    try {
      if (kind >= 8) {
        if (inFlight.get() < MOST_IN_FLIGHT) {
          asynchronous(kind, timeout, random);
        } else {
          LockSupport.parkNanos(1_000_000);
        }
      } else {
        blocking(kind, timeout);
      }
    } catch (Exception | StackOverflowError | AssertionError ended) {
      // whatever it was, it ended
    }
    if (Thread.interrupted()) {
      strayInterrupts.incrementAndGet();
    }
  }

  private void blocking(int kind, Duration timeout) throws Exception {
    Pipeline plain = kept("plain", timeout, () -> Pipeline.of("plain", limit, Timeout.of(timeout)));
    switch (kind) {
      case 0 ->
        plain.run(
            () -> // the interrupt closes a stream that is locked
            Channels.newChannel(new Locked()).read(ByteBuffer.allocate(1)));
      case 1 -> plain.run(() -> deaf(30));
      case 2 ->
        plain.run(() -> {
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
          throw new InterruptedException();
        });
      case 3 ->
        kept("retrying", timeout, () -> retrying(timeout)).run(() -> {
          Thread.sleep(5);
          throw new IOException();
        });
      case 4 ->
        kept(
                "detached",
                timeout,
                () -> Pipeline.of("detached", limit, Timeout.detached(timeout, executor)))
            .run(() -> deaf(40));
      case 5 ->
        Deadline.after(timeout.dividedBy(2))
            .run(() -> plain.run(() -> plain.run(() -> Thread.sleep(1_000))));
      case 6 ->
        plain.run(() -> {
          CallContext.current().onAbort(() -> {
            deaf(10);
            throw new AssertionError("a faulty hook");
          });
          try {
            Thread.sleep(1_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
          }
        });
      case 7 -> overflow(plain);
      default -> plain.run(() -> Thread.sleep(15));
    }
  }

  /** One pipeline of each kind, as a program has; each logs its faults once. */
  private Pipeline kept(String kind, Duration timeout, Supplier<Pipeline> made) {
    return pipelines.computeIfAbsent(kind + timeout, key -> made.get());
  }

  private Pipeline retrying(Duration timeout) {
    return Pipeline.of(
        "retrying",
        limit,
        Timeout.of(timeout),
        Timeout.total(timeout.multipliedBy(4)),
        Retry.builder()
            .maxAttempts(3)
            .unlimitedBudget()
            .backoff(Backoff.fixed(Duration.ofNanos(1)))
            .build());
  }

  private static int overflow(Pipeline pipeline) {
    return pipeline.call(() -> overflow(pipeline) + 1);
  }

  private Pipeline forAsynchronous(int kind, Duration timeout) {
    var builder = Pipeline.builder("asynchronous " + kind);
    switch (kind) {
      case 8 -> builder.executor(Runnable::run);
      case 9 ->
        builder.executor(task -> {
          throw new RejectedExecutionException("full");
        });
      case 10 ->
        builder.executor(task -> {
          throw new OutOfMemoryError("unable to create native thread");
        });
      default -> {}
    }
    return kind == 11
        ? builder
            .policies(
                limit,
                Timeout.of(timeout),
                Hedge.after(Duration.ofNanos(timeout.toNanos() / 2))
                    .budget(RetryBudget.of(1, 10, 10))
                    .forIdempotentCalls())
            .build()
        : builder
            .policies(limit, Timeout.of(timeout), Fallback.of(failure -> {
              throw new AssertionError("a faulty fallback");
            }))
            .build();
  }

  private void asynchronous(int kind, Duration timeout, SplittableRandom random) {
    Pipeline pipeline = kept("asynchronous" + kind, timeout, () -> forAsynchronous(kind, timeout));
    inFlight.incrementAndGet();
    CompletableFuture<Object> call = pipeline.callAsync(() -> source(kind));
    CompletableFuture<Object> tracked = call.handle((result, failure) -> {
      inFlight.decrementAndGet();
      if (kind == 12) {
        deaf(5); // a continuation that blocks
      }
      return "";
    });
    futures.add(tracked);
    if (futures.size() > MOST_IN_FLIGHT) {
      futures.removeIf(CompletableFuture::isDone);
    }
    if (kind == 13 && random.nextBoolean()) {
      call.cancel(true);
    }
  }

  private static CompletableFuture<Object> source(int kind) {
    return switch (kind) {
      case 14 ->
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            throw new AssertionError("a faulty cancel");
          }
        };
      case 15 -> {
        CompletableFuture<Object> slow = new CompletableFuture<>();
        var unused = slow.whenComplete((result, failure) -> deaf(5));
        yield slow;
      }
      default -> new CompletableFuture<>();
    };
  }

  /** Holds its lock while it reads, as java.net's streams do, for some milliseconds. */
  private static final class Locked extends InputStream {
    @Override
    public synchronized int read() {
      deaf(40);
      return -1;
    }

    @Override
    public synchronized int read(byte[] bytes, int from, int length) {
      return read();
    }

    @Override
    public synchronized void close() {}
  }

  /** Waits and ignores interrupts. */
  private static void deaf(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    boolean interrupted = false;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(left);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  /** The kinds of thread this JDK has. */
  static List<ThreadFactory> kindsOfThread() {
    ThreadFactory virtual = virtualThreads();
    return virtual == null ? List.of(Thread::new) : List.of(Thread::new, virtual);
  }
}
