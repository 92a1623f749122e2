package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Many threads wait, are woken, give up and are interrupted: no permit is lost and none is made.
 */
class QueuedLimitThreadsTest {

  private static final int THREADS = 8;
  private static final int CALLS = 4_000;

  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  private String work() {
    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    for (int i = 0; i < 50; i++) {
      Thread.onSpinWait();
    }
    inside.decrementAndGet();
    return "ok";
  }

  @Test
  void permits_areNeitherLostNorMade() throws Exception {
    QueuedLimit limit = QueuedLimit.of(2, 5);
    Pipeline pipeline = Pipeline.of("p", limit);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        SplittableRandom random = new SplittableRandom(t);
        all.add(threads.submit(() -> {
          for (int i = 0; i < CALLS; i++) {
            one(pipeline, limit, random);
          }
        }));
      }
      for (Future<?> one : all) {
        one.get(2, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while ((limit.inFlight() > 0 || limit.queued() > 0) && System.nanoTime() - patience < 0) {
      Thread.onSpinWait(); // cancelled asynchronous calls may still be on a worker
    }
    assertThat(ended).hasValue(THREADS * CALLS);
    assertThat(most).hasValueBetween(1, 3);
    assertThat(limit.inFlight()).isZero();
    assertThat(limit.queued()).isZero();
  }

  private void one(Pipeline pipeline, QueuedLimit limit, SplittableRandom random) {
    Criticality[] ranks = Criticality.values();
    CallContext context =
        CallContext.current().withCriticality(ranks[random.nextInt(ranks.length)]);
    switch (random.nextInt(6)) {
      case 0 -> {
        Kernel kernel = Kernel.system();
        Thread thread = Thread.currentThread();
        var timer = kernel.schedule(kernel.nanoTime() + random.nextLong(50_000), thread::interrupt);
        context.call(() -> pipeline.call(this::work, failure -> "failed"));
        if (!timer.cancel()) {
          while (!Thread.interrupted()) {
            Thread.onSpinWait(); // it is on its way, and must not reach the next call
          }
        }
      }
      case 1 -> {
        limit.setMaxWait(Duration.ofNanos(1 + random.nextLong(100_000)));
        context.call(() -> pipeline.call(this::work, failure -> "failed"));
      }
      case 2 -> {
        limit.setMaxConcurrentCalls(1 + random.nextInt(3));
        context.call(() -> pipeline.call(this::work, failure -> "failed"));
      }
      case 3 -> {
        CompletableFuture<String> call =
            context.call(() -> pipeline.callAsync(() -> CompletableFuture.completedFuture(work())));
        call.cancel(true);
      }
      case 4 -> {
        try {
          context
              .call(() -> pipeline.callAsync(() -> CompletableFuture.completedFuture(work())))
              .join();
        } catch (RuntimeException refused) {
          // as good an end as any
        }
      }
      default -> context.call(() -> pipeline.call(this::work, failure -> "failed"));
    }
    ended.incrementAndGet();
  }
}
