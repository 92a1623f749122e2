package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Calls within calls until the stack is full, while their timeouts ring: wherever it overflows,
 * nothing stays behind.
 */
class StackOverflowTest {

  private static final int ROUNDS = 400;

  private final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000_000);
  private final AtomicLong strayInterrupts = new AtomicLong();
  private final AtomicLong callsEndedInVain = new AtomicLong();
  private final AtomicReference<Throwable> unexpected = new AtomicReference<>();

  private static int overflow(Pipeline pipeline) {
    return pipeline.call(() -> overflow(pipeline) + 1);
  }

  private void overflowAgainAndAgain(int seed) {
    List<Pipeline> pipelines = IntStream.rangeClosed(1, 20)
        .mapToObj(millis -> Pipeline.of("deep", limit, Timeout.ofMillis(millis)))
        .toList();
    Pipeline patient = Pipeline.of("patient", limit, Timeout.of(Duration.ofMinutes(1)));
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      try {
        overflow(pipelines.get(random.nextInt(pipelines.size())));
      } catch (StackOverflowError | PipelineException full) {
        // as it should
      }
      if (Thread.interrupted()) {
        strayInterrupts.incrementAndGet();
      }
      if (!"answer".equals(patient.call(() -> "answer"))) {
        callsEndedInVain.incrementAndGet();
      }
    }
  }

  @Test
  void whereverTheStackOverflows_noInterruptNoPermitAndNoAlarmStays() throws Exception {
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      int seed = i;
      Runnable task = () -> {
        try {
          overflowAgainAndAgain(seed);
        } catch (Throwable fault) {
          unexpected.set(fault);
        }
      };
      long stackBytes = 300_000 + 40_000L * i;
      threads[i] = new Thread(null, task, "deep-" + i, stackBytes);
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(unexpected.get()).isNull();
    assertThat(strayInterrupts).as("stray interrupts").hasValue(0);
    assertThat(callsEndedInVain).hasValue(0);
    assertThat(limit.inFlight()).as("permits").isZero();
  }
}
