package dev.evenkeel.stress;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Timers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Calls of every hostile kind at random, for as long as one likes, while a victim with a timeout of
 * its own keeps a record of how late that is; beside it an idle JVM does the same, to compare with.
 * In the end nothing may be left: no permit, no timer, no thread of Evenkeel's, no future that
 * hangs, no interrupt that is nobody's, and none lost. {@code stress/hostile [minutes]}; ends with
 * 1 if something is.
 */
public final class Hostile {

  private static final int THREADS = 8;
  private static final long BOUND_SECONDS = 60;
  private static final double MOST_P99_BEYOND = 5;
  private static final double MOST_WORST_BEYOND = 50;

  private final ExecutorService executor = Executors.newCachedThreadPool(Hostile::daemon);
  private final HostileCalls calls = new HostileCalls(executor);
  private final ThreadFactory threads;

  /**
   * What a run showed.
   *
   * @param calls how many calls were made
   * @param mostInFlight how many asynchronous ones were in flight at most
   * @param victim how late the victim's timeouts were
   * @param permits those that are still out
   * @param timers those that are still armed
   * @param hanging futures that did not end
   * @param strayInterrupts calls after which their thread was interrupted by nobody else
   * @param lostInterrupts calls that have lost an interrupt from outside
   */
  record Figures(
      long calls,
      int mostInFlight,
      Victim.Lateness victim,
      int permits,
      int timers,
      int hanging,
      long strayInterrupts,
      long lostInterrupts) {

    boolean leftNothing() {
      return permits == 0
          && timers == 0
          && hanging == 0
          && strayInterrupts == 0
          && lostInterrupts == 0;
    }
  }

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
    Figures loadsClasses = run(Thread::new, Duration.ofSeconds(2));
    ThreadFactory virtual = virtualThreads();
    Process idle = idle(time);
    boolean good = loadsClasses.leftNothing();
    good &= told("platform threads", run(Thread::new, time.dividedBy(virtual == null ? 1 : 2)));
    if (virtual != null) {
      good &= told("virtual threads", run(virtual, time.dividedBy(2)));
    }
    System.out.println("an idle JVM meanwhile: " + text(idle));
    int left = await(Hostile::threadsOfOurs);
    System.out.println("threads of Evenkeel's that are left: " + left);
    System.out.printf(
        "expected: nothing left, and beyond the idle JVM at most %.0f ms in p99, %.0f ms at worst%n",
        MOST_P99_BEYOND, MOST_WORST_BEYOND);
    System.exit(good && left == 0 ? 0 : 1);
  }

  private static boolean told(String kind, Figures figures) {
    System.out.println("hostile, " + kind + ": " + figures);
    return figures.leftNothing();
  }

  /** The victim in a JVM of its own, on the same machine at the same time. */
  private static Process idle(Duration time) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Victim.class.getName(),
            String.valueOf(Math.max(1, time.toSeconds() - 5)))
        .redirectErrorStream(true)
        .start();
  }

  private static String text(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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
   * @return the figures
   * @throws InterruptedException if it is interrupted
   */
  static Figures run(ThreadFactory threads, Duration time) throws InterruptedException {
    return new Hostile(threads).run(time);
  }

  private Figures run(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    Thread[] callers = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      callers[i] = threads.newThread(() -> {
        while (System.nanoTime() - end < 0) {
          calls.once(random);
        }
      });
      callers[i].start();
    }
    Victim.Lateness lateness = Victim.watch(end);
    for (Thread caller : callers) {
      caller.join(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
    }
    int hanging = await(calls.inFlight::get);
    int permits = await(calls.limit::inFlight);
    int timers = await(() -> Timers.armed(Kernel.system()));
    executor.shutdownNow();
    return new Figures(
        calls.made.get(),
        calls.mostInFlight.get(),
        lateness,
        permits,
        timers,
        hanging,
        calls.strayInterrupts.get(),
        calls.lostInterrupts.get());
  }

  /** Waits until a count is zero, but not for ever. */
  private static int await(IntSupplier count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    int left = count.getAsInt();
    while (left > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(5_000_000);
      left = count.getAsInt();
    }
    return left;
  }

  private static int threadsOfOurs() {
    return (int) Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("evenkeel-"))
        .count();
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
