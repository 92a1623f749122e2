package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StripedPermitsTest {

  @Property(tries = 300)
  void onOneThread_itIsAPlainCount(
      @ForAll @IntRange(min = 1, max = 2_000) int permits, @ForAll long seed) {
    StripedPermits striped = new StripedPermits(permits);
    SplittableRandom random = new SplittableRandom(seed);
    int limit = permits;
    int out = 0;
    for (int step = 0; step < 500; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          boolean taken = striped.tryTake();
          assertThat(taken).as("seed %d, step %d", seed, step).isEqualTo(out < limit);
          out += taken ? 1 : 0;
        }
        case 2, 3 -> {
          if (out > 0) {
            striped.giveBack();
            out--;
          }
        }
        default -> {
          int next = 1 + random.nextInt(2 * permits);
          striped.change(next - limit);
          limit = next;
        }
      }
      assertThat(striped.taken(limit)).as("seed %d, step %d", seed, step).isEqualTo(out);
    }
  }

  @Test
  void onManyThreads_noMoreAreOutThanThereAre_andNoneIsLost() throws Exception {
    int threads = 4;
    int permits = 100;
    StripedPermits striped = new StripedPermits(permits);
    AtomicInteger out = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(threads + 1);
    ExecutorService executor = Executors.newFixedThreadPool(threads + 1);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        long seed = t;
        all.add(executor.submit(() -> {
          SplittableRandom random = new SplittableRandom(seed);
          int mine = 0;
          start.await();
          for (int i = 0; i < 50_000; i++) {
            if (random.nextInt(40) >= mine && striped.tryTake()) {
              most.accumulateAndGet(out.incrementAndGet(), Math::max);
              mine++;
            } else if (mine > 0) {
              out.decrementAndGet();
              striped.giveBack();
              mine--;
            }
          }
          for (; mine > 0; mine--) {
            out.decrementAndGet();
            striped.giveBack();
          }
          return null;
        }));
      }
      all.add(executor.submit(() -> {
        start.await();
        for (int i = 0; i < 5_000; i++) {
          striped.change(-70);
          striped.change(70);
        }
        return null;
      }));
      for (Future<?> one : all) {
        one.get(1, TimeUnit.MINUTES);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(most).hasValueBetween(2, permits);
    assertThat(striped.taken(permits)).isZero();
    for (int i = 0; i < permits; i++) {
      assertThat(striped.tryTake()).isTrue();
    }
    assertThat(striped.tryTake()).isFalse();
  }
}
