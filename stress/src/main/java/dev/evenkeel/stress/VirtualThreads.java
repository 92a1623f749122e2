package dev.evenkeel.stress;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Many virtual threads through one pipeline, each with one call that blocks. Says how many pinned
 * their carrier while they blocked, and how many calls a second that makes. Needs Java 21.
 */
public final class VirtualThreads {

  private static final String PINNED = "jdk.VirtualThreadPinned";
  private static final int HANG_EVERY = 1_000;
  private static final long MINUTES = 10;

  private VirtualThreads() {}

  /**
   * What came of it.
   *
   * @param answered the calls that were answered
   * @param timedOut the calls that hung, and were ended by their timeout
   * @param left the permits that were not given back
   * @param pinned where a thread pinned its carrier while it blocked, with why, once for each time
   * @param callsPerSecond how many were answered in a second, up to the last answer
   */
  public record Figures(
      int answered, int timedOut, int left, List<String> pinned, double callsPerSecond) {}

  /** Starts one virtual thread for each call. */
  public static Figures run(int threads, Duration blocked) throws Exception {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1_000_000);
    Pipeline pipeline = Pipeline.of(
        "virtual",
        Retry.builder().maxAttempts(2).retryOn(failure -> false).build(),
        CircuitBreaker.standard(),
        limit,
        Timeout.of(Duration.ofSeconds(2)));
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger timedOut = new AtomicInteger();
    AtomicLong lastNanos = new AtomicLong(1);
    List<String> pinned = pinnedDuring(() -> {
      ExecutorService executor = perTask();
      long begin = System.nanoTime();
      for (int i = 0; i < threads; i++) {
        boolean hangs = i % HANG_EVERY == HANG_EVERY - 1;
        executor.execute(() -> {
          try {
            pipeline.run(() -> block(hangs ? Duration.ofDays(1) : blocked));
            answered.incrementAndGet();
            lastNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
          } catch (CallTimeoutException timeout) {
            timedOut.incrementAndGet();
          } catch (CallRefusedException refused) {
            // Is missing among those that were answered.
          } catch (InterruptedException stray) {
            throw new AssertionError(stray);
          }
        });
      }
      executor.shutdown();
      if (!executor.awaitTermination(MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError("some calls hang");
      }
    });
    return new Figures(
        answered.get(),
        timedOut.get(),
        limit.inFlight(),
        pinned,
        answered.get() * 1e9 / lastNanos.get());
  }

  private static void block(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(left);
    }
  }

  /** What a thread makes that surely pins its carrier: the control of the measurement. */
  public static List<String> pinnedByControl() throws Exception {
    return pinnedDuring(() -> {
      ExecutorService executor = perTask();
      executor.submit(() -> PinsWhenInitialized.DONE).get();
      executor.shutdown();
    });
  }

  /** A static initializer has a native frame below it. */
  private static final class PinsWhenInitialized {

    static final Object DONE = new Object();

    static {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  /** Something that may throw. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private static List<String> pinnedDuring(Action action) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable(PINNED).withoutThreshold();
      recording.start();
      action.run();
      recording.stop();
      return events(recording);
    }
  }

  private static List<String> events(Recording recording) throws IOException {
    Path file = Files.createTempFile("pinned", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals(PINNED))
          .map(VirtualThreads::describe)
          .toList();
    } finally {
      Files.delete(file);
    }
  }

  private static String describe(RecordedEvent event) {
    String why =
        event.hasField("pinnedReason") ? event.getString("pinnedReason") : "no reason given";
    String where = event.getStackTrace() == null
        ? "no stack trace"
        : event.getStackTrace().getFrames().stream()
            .map(frame -> frame.getMethod().getType().getName() + "."
                + frame.getMethod().getName() + ":" + frame.getLineNumber())
            .collect(Collectors.joining("\n    "));
    return why + " for " + event.getDuration().toNanos() / 1_000 + " us\n    " + where;
  }

  /** By reflection: the build targets Java 17. */
  private static ExecutorService perTask() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  /**
   * Runs it, twice, the first time to warm up.
   *
   * @param args how many threads, 100,000 by default
   */
  public static void main(String[] args) throws Exception {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    System.out.println("control: " + pinnedByControl().size() + " pinned");
    for (Duration blocked : new Duration[] {Duration.ZERO, Duration.ofMillis(5)}) {
      run(threads, blocked);
      System.out.println(threads + " threads, each blocked for " + blocked.toMillis() + " ms: "
          + run(threads, blocked));
    }
  }
}
