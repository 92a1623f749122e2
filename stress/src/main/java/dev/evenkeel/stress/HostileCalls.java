package dev.evenkeel.stress;

import dev.evenkeel.core.CallContext;
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
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The hostile calls, and what they leave to look at. Thread-safe. */
final class HostileCalls {

  static final int MOST_IN_FLIGHT = 2_000;

  private static final int KINDS = 20;

  /** From this kind on a call is asynchronous. */
  private static final int ASYNCHRONOUS = 12;

  /** Those that take an interrupt away only by throwing: it cannot be mistaken for a timeout's. */
  private static final Set<Integer> KEEPS_INTERRUPTS = Set.of(2, 3, 4, 5, 8);

  /** The timeouts of those, so that as many as there may be are in flight. */
  private static final int LONGER = 50;

  private static final int BATCH = 50;

  final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000_000);
  final AtomicInteger inFlight = new AtomicInteger();
  final AtomicLong made = new AtomicLong();
  final AtomicLong strayInterrupts = new AtomicLong();
  final AtomicLong lostInterrupts = new AtomicLong();
  final AtomicInteger mostInFlight = new AtomicInteger();

  private final Map<String, Pipeline> pipelines = new ConcurrentHashMap<>();
  private final ExecutorService executor;

  HostileCalls(ExecutorService executor) {
    this.executor = executor;
  }

  /** One call at random; what it throws is nobody's business. */
  void once(SplittableRandom random) {
    made.incrementAndGet();
    Duration timeout = Duration.ofMillis(1 + random.nextInt(20));
    int kind = random.nextInt(KINDS);
    boolean interrupted = KEEPS_INTERRUPTS.contains(kind) && random.nextInt(8) == 0;
    boolean thrown = false;
    if (interrupted) {
      Thread.currentThread().interrupt(); // somebody else's, from before the call
    }
    try {
      if (kind < ASYNCHRONOUS) {
        blocking(kind, timeout);
      } else {
        LockSupport.parkNanos(1_000_000);
        for (int i = 0; i < BATCH && inFlight.get() < MOST_IN_FLIGHT; i++) {
          asynchronous(kind, timeout.multipliedBy(LONGER), random);
        }
      }
    } catch (InterruptedException fromOutside) {
      thrown = true;
    } catch (Exception | StackOverflowError | AssertionError | OutOfMemoryError ended) {
      // whatever it was, it ended
    }
    boolean flag = Thread.interrupted();
    if (flag && !interrupted) {
      strayInterrupts.incrementAndGet();
    } else if (interrupted && !flag && !thrown) {
      lostInterrupts.incrementAndGet();
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
      case 7 -> overflow(plain); // catches what it throws
      case 8 -> // a hedged call within another one
        plain.run(() -> hedged(timeout).run(() -> Thread.sleep(1_000)));
      case 9 -> // one that must not be interrupted within one that may
        plain.run(() -> kept(
                "cooperative",
                timeout,
                () -> Pipeline.of("cooperative", limit, Timeout.cooperative(timeout)))
            .run(() -> deaf(timeout.toMillis())));
      case 10 -> // registers its hook only when the time may be over
        plain.run(() -> {
          deaf(timeout.toMillis());
          CallContext.current().onAbort(() -> {});
          Thread.sleep(1_000);
        });
      case 11 -> // three deep, and deaf
        plain.run(() -> hedged(timeout).run(() -> plain.run(() -> deaf(30))));
      default -> throw new IllegalArgumentException("kind: " + kind);
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

  private Pipeline hedged(Duration timeout) {
    return kept("hedged", timeout, () -> hedged("blocking", timeout));
  }

  private Pipeline hedged(String name, Duration timeout) {
    return Pipeline.of(
        "hedged " + name,
        limit,
        Timeout.of(timeout),
        Hedge.after(timeout.dividedBy(2)).budget(RetryBudget.of(1, 10, 10)).forIdempotentCalls());
  }

  private static int overflow(Pipeline pipeline) {
    return pipeline.call(() -> overflow(pipeline) + 1);
  }

  private Pipeline forAsynchronous(int kind, Duration timeout) {
    var builder = Pipeline.builder("asynchronous " + kind);
    switch (kind) {
      case 12 -> builder.executor(Runnable::run);
      case 13 ->
        builder.executor(task -> {
          throw new RejectedExecutionException("full");
        });
      case 14 ->
        builder.executor(task -> {
          throw new OutOfMemoryError("unable to create native thread");
        });
      default -> {}
    }
    return kind == 15
        ? hedged("asynchronous", timeout)
        : builder
            .policies(limit, Timeout.of(timeout), Fallback.of(failure -> {
              throw new AssertionError("a faulty fallback");
            }))
            .build();
  }

  private void asynchronous(int kind, Duration timeout, SplittableRandom random) {
    Pipeline pipeline = kept("asynchronous" + kind, timeout, () -> forAsynchronous(kind, timeout));
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    CompletableFuture<Object> call = pipeline.callAsync(() -> source(kind));
    var unused = call.handle((result, failure) -> {
      if (kind == 16) {
        deaf(5); // a continuation that blocks
      }
      inFlight.decrementAndGet();
      return "";
    });
    if (kind == 17 && random.nextBoolean()) {
      call.cancel(true);
    }
  }

  private static CompletableFuture<Object> source(int kind) {
    return switch (kind) {
      case 18 ->
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            throw new AssertionError("a faulty cancel");
          }
        };
      case 19 -> {
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
}
