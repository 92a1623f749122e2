package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two pipelines, many threads, all ranks: the limit holds and every permit comes back. */
class AdaptiveLimitThreadsTest {

  private static final List<Criticality> RANKS = List.of(Criticality.values());
  private static final int THREADS = 6;
  private static final int CALLS = 20_000;

  @Test
  void permits_areNeitherLostNorMade() throws Exception {
    AdaptiveLimit limit = AdaptiveLimit.of(3, 1, 3);
    List<Pipeline> pipelines = List.of(Pipeline.of("one", limit), Pipeline.of("other", limit));
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        SplittableRandom random = new SplittableRandom(t);
        Pipeline pipeline = pipelines.get(t % 2);
        all.add(threads.submit(() -> {
          for (int i = 0; i < CALLS; i++) {
            CallContext.current()
                .withCriticality(RANKS.get(random.nextInt(4)))
                .call(() -> pipeline.call(
                    () -> {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      inside.decrementAndGet();
                      return true;
                    },
                    refused -> false));
          }
        }));
      }
      for (Future<?> one : all) {
        one.get(1, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(most).hasValueBetween(1, 3);
    assertThat(limit.inFlight()).isZero();
  }
}
