package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way out settles: permits come back, futures end, no stray interrupt is left. */
class SettlesAlwaysTest {

  private final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000_000);

  @AfterEach
  void nothingIsLeft() {
    assertThat(limit.inFlight()).as("permits").isZero();
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"with a timeout", "without", "retried", "asynchronous"})
  void stackOverflow_atAnyDepth(String kind) throws InterruptedException {
    Pipeline deep = kind.equals("without")
        ? Pipeline.of("deep", limit)
        : kind.equals("retried")
            ? Pipeline.of("deep", limit, new StubDriver(2), Timeout.ofMillis(60_000))
            : Pipeline.of("deep", limit, Timeout.ofMillis(60_000));
    deep.run(() -> {});
    for (int i = 0; i < 60; i++) {
      int pad = i % 100;
      Thread thread = new Thread(
          null,
          () -> pad(pad, () -> Hostile.quietly(() -> recurse(deep, kind.equals("asynchronous")))),
          "deep",
          256 * 1024);
      thread.start();
      Hostile.join(thread);
    }
  }

  private static void recurse(Pipeline deep, boolean asynchronous) {
    if (asynchronous) {
      CompletableFuture<Object> call = deep.callAsync(() -> {
        recurse(deep, true);
        return CompletableFuture.completedFuture("");
      });
      call.join();
    } else {
      deep.run(() -> recurse(deep, false));
    }
  }

  private static int pad(int frames, Runnable then) {
    if (frames == 0) {
      then.run();
      return 0;
    }
    return pad(frames - 1, then) + 1;
  }

  @Test
  void executorThatCannotStartAThread() {
    Pipeline pipeline = Pipeline.builder("p")
        .executor(task -> {
          throw new OutOfMemoryError("unable to create native thread");
        })
        .policies(Timeout.ofMillis(20), limit)
        .build();
    assertThat(Hostile.failureOf(pipeline.callAsync(CompletableFuture::new)))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void timerThreadThatCannotBeStartedOnce_isStartedLater() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    AlarmClock clock = new AlarmClock(
        task -> made.getAndIncrement() == 0
            ? new Thread(task) {
              @Override
              public synchronized void start() {
                throw new OutOfMemoryError("unable to create native thread");
              }
            }
            : new Thread(task),
        TimeUnit.MILLISECONDS.toNanos(100));
    assertThatThrownBy(() -> clock.schedule(System.nanoTime() + 1_000_000, () -> {}))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(clock.armed()).isZero();
    CountDownLatch rang = new CountDownLatch(2);
    clock.schedule(System.nanoTime() + 1_000_000_000, rang::countDown).cancel();
    Cancellable one = clock.schedule(System.nanoTime() + 2_000_000, rang::countDown);
    Cancellable two = clock.schedule(System.nanoTime() + 1_000_000, rang::countDown);
    assertThat(rang.await(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(one.cancel() || two.cancel()).isFalse();
  }

  @Test
  void workersThatCannotBeStartedOnce_areStartedLater() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    AtomicInteger asked = new AtomicInteger();
    Workers workers = new Workers(
        task -> {
          if (made.getAndIncrement() == 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          return new Thread(task);
        },
        1,
        2,
        TimeUnit.MILLISECONDS.toNanos(50),
        asked::incrementAndGet,
        "test");
    CountDownLatch ran = new CountDownLatch(1);
    workers.execute(ran::countDown);
    assertThat(asked).as("asks to be looked at").hasPositiveValue();
    workers.look(System.nanoTime() + Workers.PATIENCE_NANOS);
    assertThat(ran.await(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    workers.close();
    Hostile.await("no thread", () -> workers.size() == 0);
  }

  @Test
  void failureWhoseMethodsThrow() {
    class Nasty extends RuntimeException {
      @Override
      public String getMessage() {
        throw new IllegalStateException("lazy message");
      }
    }
    class NastyCause extends RuntimeException {
      @Override
      public synchronized Throwable getCause() {
        throw new IllegalStateException("lazy cause");
      }
    }
    Pipeline listened = Pipeline.builder("p")
        .listener(new PipelineListener() {
          @Override
          public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
            throw new Nasty();
          }
        })
        .policies(limit, Timeout.ofMillis(60_000), new StubDriver(2))
        .build();
    assertThat(listened.<String, RuntimeException>call(() -> "result")).isEqualTo("result");
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> call = listened.callAsync(() -> source);
    source.completeExceptionally(new NastyCause());
    Hostile.await("the future ends", call::isDone);
    Throwable thrown = catchThrowable(() -> listened.run(() -> {
      throw new Nasty();
    }));
    assertThat(thrown.getClass()).isEqualTo(Nasty.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE, Long.MAX_VALUE - 1})
  void everyPermitOf0OrMore_isSettled(long permit) {
    AtomicInteger settled = new AtomicInteger();
    Pipeline pipeline = Pipeline.of("p", new Giving(permit, settled));
    pipeline.run(() -> {});
    assertThat(settled).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MIN_VALUE + 5, Long.MIN_VALUE + 6})
  void everyAnswerBelow0_isARefusal(long refusal) {
    AtomicInteger settled = new AtomicInteger();
    Pipeline pipeline = Pipeline.of("p", new Giving(refusal, settled));
    assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(CallRefusedException.class);
    assertThat(settled).hasValue(0);
  }

  private record Giving(long answer, AtomicInteger settled) implements Gate {
    @Override
    public long admit(CallView call, long nowNanos) {
      return answer;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      assertThat(permit).isEqualTo(answer);
      settled.incrementAndGet();
    }

    @Override
    public String name() {
      return "giving";
    }
  }

  @Test
  void cancelAfterABackoff_reachesTheAttempt() {
    Pipeline pipeline = Pipeline.of("p", limit, new Impatient());
    for (int batch = 0; batch < 20; batch++) {
      AtomicInteger second = new AtomicInteger();
      CompletableFuture<?>[] calls = new CompletableFuture<?>[200];
      for (int i = 0; i < calls.length; i++) {
        AtomicInteger attempt = new AtomicInteger();
        calls[i] = pipeline.callAsync(() -> {
          if (attempt.incrementAndGet() == 1) {
            return CompletableFuture.failedFuture(new IllegalStateException());
          }
          second.incrementAndGet();
          return new CompletableFuture<>();
        });
      }
      Hostile.await("all try again", () -> second.get() == calls.length);
      for (CompletableFuture<?> call : calls) {
        call.cancel(true);
      }
    }
    Hostile.await("all were reached", () -> limit.inFlight() == 0);
  }

  /** A backoff of one nanosecond. */
  private static final class Impatient implements RetryDriver {
    @Override
    public int maxAttempts() {
      return 2;
    }

    @Override
    public boolean readsResults() {
      return false;
    }

    @Override
    public boolean accepts(CallView call) {
      return true;
    }

    @Override
    public long afterAttempt(
        CallView call, Verdict verdict, long previousWaitNanos, boolean allowed, long nowNanos) {
      return allowed && call.attempt() < 2 ? 1 : STOP;
    }

    @Override
    public String name() {
      return "impatient";
    }
  }
}
