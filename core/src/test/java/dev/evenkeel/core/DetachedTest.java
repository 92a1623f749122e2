package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Attempts on an executor: their permits follow the work, and the executor's threads stay clean.
 */
class DetachedTest {

  private final RecordingGate gate = new RecordingGate();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService executor = Hostile.daemons();

  private static Timeout detached(long millis, Executor executor) {
    return Timeout.detached(Duration.ofMillis(millis), executor);
  }

  @AfterEach
  void release() {
    end.countDown();
    executor.shutdownNow();
  }

  @Test
  void attemptsThatWereLeftBehind_holdTheirPermitsUntilTheyEnd() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(5);
    Pipeline pipeline = Pipeline.of("p", gate, limit, detached(10, Hostile.thatBegins(executor)));
    AtomicInteger running = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> pipeline.run(() -> {
            running.incrementAndGet();
            Hostile.hangDeaf(end);
            running.decrementAndGet();
          }))
          .isInstanceOf(PipelineException.class);
    }
    assertThat(running).hasValueLessThanOrEqualTo(5);
    assertThat(limit.inFlight()).isEqualTo(5);
    assertThat(gate.verdicts).as("others are told at once").hasSize(20);
    end.countDown();
    Hostile.await("permits are back", () -> limit.inFlight() == 0);
  }

  @Test
  void attemptThatEndsAsItIsLeft_givesItsPermitBackOnce() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline pipeline = Pipeline.of("p", limit, detached(2, executor));
    for (int i = 0; i < 200; i++) {
      Hostile.quietly(() -> pipeline.run(() -> Hostile.busy(2)));
      Hostile.await("the permit is back", () -> limit.inFlight() == 0);
    }
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void attemptThatNeverBegan_isRefused_isToldSo_andLeavesTheQueue() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
    one.execute(() -> Hostile.hangDeaf(end));
    List<RefusalReason> told = new ArrayList<>();
    Pipeline pipeline = Pipeline.builder("p")
        .listener(new PipelineListener() {
          @Override
          public void onRefused(CallView call, String policy, RefusalReason reason) {
            told.add(reason);
          }
        })
        .policies(gate, detached(500, one))
        .build();
    AtomicBoolean began = new AtomicBoolean();
    assertThatThrownBy(() -> pipeline.run(() -> began.set(true)))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.EXECUTOR_REJECTED));
    assertThatThrownBy(() ->
            Deadline.after(Duration.ofMillis(400)).run(() -> pipeline.run(() -> began.set(true))))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            exceeded -> assertThat(exceeded.wasStarted()).isFalse());
    assertThat(gate.verdicts).containsExactly(Verdict.REFUSED, Verdict.REFUSED);
    assertThat(told).containsExactly(RefusalReason.EXECUTOR_REJECTED, RefusalReason.DEADLINE);
    assertThat(one.getQueue()).isEmpty();
    end.countDown();
    one.shutdown();
    assertThat(began).isFalse();
  }

  @Test
  void executorsThread_comesBackClean() throws InterruptedException {
    BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    CountDownLatch next = new CountDownLatch(1);
    AtomicReference<Throwable> death = new AtomicReference<>();
    Thread worker = Hostile.start(() -> death.set(catchThrowable(() -> {
      while (next.getCount() > 0) {
        tasks.take().run();
      }
    })));
    Pipeline pipeline = Pipeline.of("p", detached(20, tasks::add));
    assertThatThrownBy(() -> pipeline.run(() -> Hostile.busy(100)))
        .isInstanceOf(
            PipelineException.class); // a refusal, if the worker was not scheduled in time
    tasks.add(next::countDown);
    Hostile.join(worker);
    assertThat(death.get()).isNull();
  }

  @Test
  void executorsOwnInterrupt_stays() throws InterruptedException {
    AtomicBoolean flag = new AtomicBoolean();
    AtomicReference<Thread> worker = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    Pipeline pipeline = Pipeline.of("p", detached(60_000, task -> {
      worker.set(Hostile.start(() -> {
        task.run();
        flag.set(Thread.currentThread().isInterrupted());
        done.countDown();
      }));
    }));
    pipeline.run(() -> Thread.currentThread().interrupt());
    assertThat(done.await(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(flag).isTrue();
  }

  @Test
  void executorThatRunsTasksAtOnce_endsTheCallByAnInterrupt() {
    long begin = System.nanoTime();
    Pipeline pipeline = Pipeline.of("p", gate, detached(20, Runnable::run));
    assertThatThrownBy(() -> pipeline.run(Hostile::hang)).isInstanceOf(CallTimeoutException.class);
    Hostile.assertTimeouts(gate, 1, Kernel.system(), begin);
    Pipeline patient = Pipeline.of("p", gate, detached(60_000, Runnable::run));
    assertThat(patient.<String, RuntimeException>call(() -> "quick")).isEqualTo("quick");
    assertThat(gate.verdicts).hasSize(2).last().isEqualTo(Verdict.SUCCESS);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void executorThatThrowsAnything_isARefusal() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(10);
    for (Throwable thrown : new Throwable[] {
      new IllegalStateException("not started"),
      new OutOfMemoryError("unable to create native thread")
    }) {
      Pipeline pipeline = Pipeline.of(
          "p", gate, limit, Fallback.to("fallback"), detached(50, task -> Hostile.sneak(thrown)));
      assertThat(pipeline.<String, RuntimeException>call(() -> "x")).isEqualTo("fallback");
    }
    assertThat(gate.verdicts).containsExactly(Verdict.REFUSED, Verdict.REFUSED);
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void onAForkJoinThread_nobodyElsesTaskRunsInsideOfTheCall() throws Exception {
    Pipeline pipeline = Pipeline.of("p", detached(50, executor));
    Set<String> ran = ConcurrentHashMap.newKeySet();
    ForkJoinPool pool = new ForkJoinPool(2);
    try {
      for (int round = 0; round < 5; round++) {
        pool.submit(() -> fanOutAndCall(pipeline, ran))
            .get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(ran).as("others' tasks ran inside of the call").isEmpty();
  }

  private static void fanOutAndCall(Pipeline pipeline, Set<String> ran) {
    String me = Thread.currentThread().getName();
    AtomicBoolean inCall = new AtomicBoolean();
    for (int i = 0; i < 8; i++) {
      CompletableFuture<Void> other = CompletableFuture.runAsync(
          () -> {
            if (Thread.currentThread().getName().equals(me) && inCall.get()) {
              ran.add("with " + CallContext.current());
            } else {
              Hostile.busy(5);
            }
          },
          ForkJoinTaskPool.current());
      assertThat(other).isNotNull();
    }
    inCall.set(true);
    Hostile.quietly(() -> pipeline.run(Hostile::hang));
    inCall.set(false);
  }

  /** The pool that the current thread is of. */
  private static final class ForkJoinTaskPool {
    static Executor current() {
      return java.util.concurrent.ForkJoinTask.getPool();
    }
  }

  @Test
  void interruptOfTheCaller_leavesTheAttemptBehind() throws InterruptedException {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline pipeline = Pipeline.of("p", gate, limit, detached(60_000, executor));
    CountDownLatch runs = new CountDownLatch(1);
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller = Hostile.start(() -> {
      Hostile.quietly(() -> pipeline.run(() -> {
        runs.countDown();
        Hostile.hangDeaf(end);
      }));
      flag.set(Thread.currentThread().isInterrupted());
    });
    assertThat(runs.await(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    Hostile.join(caller);
    assertThat(flag).isTrue();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(limit.inFlight()).as("still runs").isEqualTo(1);
    end.countDown();
    Hostile.await("has ended", () -> limit.inFlight() == 0);
  }
}
