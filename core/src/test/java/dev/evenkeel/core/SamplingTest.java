package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A gate that adds up weights counts calls, however they are made. */
class SamplingTest {

  private static final int CALLS = 20_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final AtomicLong weights = new AtomicLong();
  private final AtomicLong timed = new AtomicLong();

  /** Lets everything through without the time, but for the samples. */
  private final class Counting implements TimelessGate {
    @Override
    public long admitTimeless(CallView call) {
      return call.weight() == 1 ? 0 : NEEDS_TIME;
    }

    @Override
    public boolean settleTimeless(CallView call, long permit) {
      return true;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      weights.addAndGet(call.weight());
      timed.incrementAndGet();
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "counting";
    }
  }

  private Pipeline pipeline() {
    Kernel kernel = new Kernel() {
      @Override
      public long nanoTime() {
        return 0;
      }

      @Override
      public Cancellable schedule(long atNanos, Runnable task) {
        return () -> true;
      }

      @Override
      public long random() {
        return random.nextLong();
      }

      @Override
      public void execute(Runnable task) {
        task.run();
      }

      @Override
      public void sleepUntil(long atNanos) {}
    };
    return Pipeline.builder("sampled").kernel(kernel).policies(new Counting()).build();
  }

  /** Four standard deviations of the number of samples, were each drawn for itself. */
  private static Percentage chance(int calls) {
    return Percentage.withPercentage(400 / Math.sqrt(calls / 64.0));
  }

  @Test
  void blockingCallsOfOneThread() {
    Pipeline pipeline = pipeline();
    IntStream.range(0, CALLS).forEach(i -> pipeline.run(() -> {}));
    assertThat(weights.get()).isCloseTo(CALLS, chance(CALLS));
  }

  @Test
  void asynchronousCallsThatWait_areNoMoreOftenSamplesThanOthers() {
    Pipeline pipeline = pipeline();
    List<CompletableFuture<Object>> calls = IntStream.range(0, CALLS)
        .mapToObj(i -> pipeline.callAsync(CompletableFuture<Object>::new))
        .toList();
    assertThat(weights.get()).isCloseTo(CALLS, chance(CALLS));
    calls.forEach(call -> call.cancel(true));
  }

  @Test
  void nestedCalls_countForEachPipeline() {
    Pipeline outer = Pipeline.of("outer");
    Pipeline pipeline = pipeline();
    IntStream.range(0, CALLS).forEach(i -> outer.run(() -> pipeline.run(() -> {})));
    assertThat(weights.get()).isCloseTo(CALLS, chance(CALLS));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 64, 100})
  void aNewThreadForEverySoManyCalls(int callsOfAThread) {
    // A thread's frame, counter and first number are new with it; which thread it is does not
    // matter.
    long samples = 0;
    int threads = 200_000 / callsOfAThread;
    for (int i = 0; i < threads; i++) {
      int left = Sampling.first(random.nextLong());
      for (int call = 0; call < callsOfAThread; call++) {
        if (left == 0) {
          samples++;
          left = Sampling.next(random.nextLong());
        } else {
          left--;
        }
      }
    }
    int calls = threads * callsOfAThread;
    assertThat(64 * samples).isCloseTo(calls, chance(calls));
  }

  /** Platform threads, and virtual ones where the JDK has them. */
  static List<ThreadFactory> threads() {
    List<ThreadFactory> all = new ArrayList<>(List.of(Thread::new));
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      all.add((ThreadFactory)
          Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder));
    } catch (ReflectiveOperationException beforeJava21) {
      // platform threads only
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("threads")
  void aThreadForEachCall(ThreadFactory threads) throws InterruptedException {
    Pipeline pipeline = pipeline();
    for (int i = 0; i < 4_000; i++) {
      Thread thread = threads.newThread(() -> pipeline.run(() -> {}));
      thread.start();
      thread.join();
    }
    assertThat(weights.get()).isCloseTo(4_000, chance(4_000));
    assertThat(timed.get()).isEqualTo(weights.get() / 64);
  }

  @Test
  void theFirstDistance_isTheRestOfOneThatIsUnderWay() {
    int[] counts = new int[96];
    for (int cell = 0; cell < 64 * 65; cell++) {
      counts[Sampling.first(cell)]++;
    }
    for (int n = 0; n < counts.length; n++) {
      int atLeast = n;
      long longer =
          IntStream.range(0, 65).filter(r -> Sampling.next(r) >= atLeast).count();
      assertThat((long) counts[n]).as("%d", n).isEqualTo(longer);
    }
    assertThat(IntStream.range(0, 65).map(Sampling::next).average().orElseThrow())
        .isCloseTo(63, within(1e-9));
  }
}
