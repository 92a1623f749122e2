package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemKernelTest {

  private static final long BOUND_SECONDS = 30;

  private final SystemKernel kernel = new SystemKernel("kernel-test");
  private final CountDownLatch fired = new CountDownLatch(1);

  private long in(long millis) {
    return kernel.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kernel-test-"))
        .toList();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(BOUND_SECONDS, TimeUnit.SECONDS)).as("in time").isTrue();
  }

  private static void awaitTheEnd() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (!threads().isEmpty() && System.nanoTime() - end < 0) {
      for (Thread thread : threads()) { // one that starts meanwhile ends too
        thread.join(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
      }
    }
    assertThat(threads()).isEmpty();
  }

  @AfterEach
  void closedKernel_leavesNoThread() throws InterruptedException {
    kernel.close();
    awaitTheEnd();
  }

  @Test
  void threads_startOnFirstUseAndAreDaemonsWithoutAClassLoader() throws InterruptedException {
    assertThat(threads()).isEmpty();
    AtomicReference<Thread> ranOn = new AtomicReference<>();
    kernel.schedule(in(0), () -> {
      ranOn.set(Thread.currentThread());
      fired.countDown();
    });
    await(fired);
    assertThat(ranOn.get().getName()).as("not the timer").startsWith("kernel-test-signal-");
    CountDownLatch ran = new CountDownLatch(1);
    kernel.execute(ran::countDown);
    await(ran);
    assertThat(threads())
        .extracting(Thread::getName)
        .contains("kernel-test-timer-1", "kernel-test-signal-1", "kernel-test-worker-1");
    assertThat(threads())
        .allMatch(Thread::isDaemon)
        .allMatch(thread -> thread.getContextClassLoader() == null);
  }

  @Test
  void timerThread_waitsWithoutUsingTheProcessor() throws InterruptedException {
    kernel.schedule(in(0), fired::countDown);
    Cancellable far = kernel.schedule(in(3_600_000), () -> {});
    await(fired);
    Thread timer = threads().stream()
        .filter(thread -> thread.getName().contains("timer"))
        .findFirst()
        .orElseThrow();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (timer.getState() != Thread.State.TIMED_WAITING && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
    assertThat(timer.getState()).isEqualTo(Thread.State.TIMED_WAITING);
    assertThat(far.cancel()).isTrue();
  }

  @Test
  void schedule_runsNoTaskBeforeItsTime() throws InterruptedException {
    AtomicLong early = new AtomicLong(Long.MAX_VALUE);
    CountDownLatch all = new CountDownLatch(50);
    for (int i = 0; i < 50; i++) {
      long at = in(i % 5);
      kernel.schedule(at, () -> {
        early.accumulateAndGet(kernel.nanoTime() - at, Math::min);
        all.countDown();
      });
    }
    await(all);
    assertThat(early.get()).isNotNegative();
  }

  @Test
  void cancel_takesTheTimerBackAndForgetsIt() throws InterruptedException {
    Cancellable timer = kernel.schedule(in(3_600_000), fired::countDown);
    assertThat(kernel.armedTimers()).isEqualTo(1);
    assertThat(timer.cancel()).isTrue();
    assertThat(timer.cancel()).isFalse();
    assertThat(kernel.armedTimers()).isZero();
    Cancellable past = kernel.schedule(in(0), fired::countDown);
    await(fired);
    assertThat(past.cancel()).as("it has run").isFalse();
  }

  @Test
  void taskThatThrows_isLoggedAndTheTimerGoesOn() throws InterruptedException {
    try (Logs logs = new Logs()) {
      kernel.schedule(in(0), () -> {
        throw new IllegalStateException("a faulty task");
      });
      kernel.schedule(in(1), fired::countDown);
      await(fired);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
      while (logs.lines().isEmpty() && System.nanoTime() - end < 0) {
        Thread.onSpinWait(); // both may be due in one look, in any order
      }
      assertThat(logs.lines()).singleElement().asString().startsWith("timer: a task threw");
    }
  }

  @Test
  void close_endsTheThreadsOnceNothingIsArmed() throws InterruptedException {
    kernel.schedule(in(0), fired::countDown);
    kernel.execute(() -> {});
    await(fired);
    kernel.close();
    awaitTheEnd();
  }

  @Test
  void close_losesNoTimerInFlight() throws InterruptedException {
    Cancellable cancelled = kernel.schedule(in(3_600_000), () -> {});
    kernel.schedule(in(30), fired::countDown);
    kernel.close();
    assertThat(threads()).hasSize(1);
    await(fired);
    assertThat(cancelled.cancel()).isTrue();
    awaitTheEnd();
  }

  @Test
  void useAfterClose_startsTheThreadsAgain() throws InterruptedException {
    kernel.close();
    kernel.schedule(in(0), fired::countDown);
    await(fired);
    kernel.close();
    kernel.close();
    CountDownLatch ran = new CountDownLatch(1);
    kernel.execute(ran::countDown);
    await(ran);
  }

  @Test
  void sleepUntil_waitsUntilThenAndHearsAnInterrupt() throws InterruptedException {
    long until = in(5);
    kernel.sleepUntil(until);
    assertThat(kernel.nanoTime() - until).isNotNegative();
    kernel.sleepUntil(until);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> kernel.sleepUntil(in(-1))).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).as("consumed").isFalse();
  }

  @Test
  void random_differsBetweenKernelsAndDraws() {
    SystemKernel other = new SystemKernel("kernel-test");
    assertThat(LongStream.range(0, 1_000)
            .flatMap(i -> LongStream.of(kernel.random(), other.random()))
            .distinct()
            .count())
        .isEqualTo(2_000);
  }

  @Test
  void badArguments_areRefused() {
    assertThatThrownBy(() -> new SystemKernel(" ")).hasMessageStartingWith("threadName: \" \"");
    assertThatThrownBy(() -> kernel.schedule(0, null)).hasMessageStartingWith("task: null");
    assertThatThrownBy(() -> kernel.execute(null)).hasMessageStartingWith("task: null");
  }
}
