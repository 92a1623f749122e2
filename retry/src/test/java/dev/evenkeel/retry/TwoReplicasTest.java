package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Two replicas fail independently, each 1 % of the time: half of that at once, half by never
 * answering. A retry finds the other replica after the first kind, a hedge after the second. In
 * virtual time, seeded.
 */
class TwoReplicasTest {

  private static final int CALLS = 200_000;
  private static final double REPLICA_FAILS = 0.01;
  private static final double WANTED = 0.9999;
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private final ManualKernel kernel = ManualKernel.withSeed(5);
  private final Retry retry = Retry.jittered(3);
  private final Hedge hedge = Hedge.afterQuantile(0.95).forIdempotentCalls();
  private final Pipeline pipeline = Pipeline.builder("replicas")
      .kernel(kernel)
      .policies(retry, hedge, Timeout.of(TIMEOUT))
      .build();
  private final SplittableRandom[] replicas = {new SplittableRandom(1), new SplittableRandom(2)};
  private final int[] requests = new int[2];

  /** How a replica answers the next request: after so many nanoseconds, never, or not at all. */
  private long latency(int replica) {
    requests[replica]++;
    SplittableRandom random = replicas[replica];
    double chance = random.nextDouble();
    if (chance < REPLICA_FAILS) {
      return chance < REPLICA_FAILS / 2 ? -1 : Long.MAX_VALUE;
    }
    return 5_000_000 + random.nextLong(10_000_000);
  }

  /** The replica of this attempt: another one with every retry and every hedge. */
  private static int replica() {
    CallContext context = CallContext.current();
    return (context.attempt() - 1 + context.hedge()) % 2;
  }

  private CompletableFuture<String> callAsync() {
    long latency = latency(replica());
    if (latency < 0) {
      return CompletableFuture.failedFuture(new IOException("replica is down"));
    }
    CompletableFuture<String> answer = new CompletableFuture<>();
    if (latency < Long.MAX_VALUE) {
      var timer = kernel.schedule(kernel.nanoTime() + latency, () -> answer.complete("ok"));
      var unused = answer.whenComplete((value, failure) -> timer.cancel());
    }
    return answer;
  }

  private String call() throws Exception {
    long latency = latency(replica());
    if (latency < 0) {
      throw new IOException("replica is down");
    }
    kernel.sleepUntil(latency < Long.MAX_VALUE ? kernel.nanoTime() + latency : latency);
    return "ok";
  }

  @Test
  void retryAndHedgeOverBoth_reachFourNines_asynchronous() {
    int failed = 0;
    for (int i = 0; i < CALLS; i++) {
      CompletableFuture<String> result = pipeline.callAsync(this::callAsync);
      while (!result.isDone()) {
        kernel.advance(Duration.ofMillis(5));
      }
      failed += result.isCompletedExceptionally() ? 1 : 0;
    }
    conclude("asynchronous", failed);
  }

  @Test
  void retryAndHedgeOverBoth_reachFourNines_blocking() {
    int failed = 0;
    for (int i = 0; i < CALLS; i++) {
      failed += "ok".equals(pipeline.call(this::call, failure -> "failed")) ? 0 : 1;
    }
    conclude("blocking", failed);
  }

  private void conclude(String world, int failed) {
    double chance = atMost(failed, CALLS, 1 - WANTED);
    int sent = requests[0] + requests[1];
    System.out.printf(
        "%s: %d of %d calls failed; were the true rate %.2f %%, so few would have a chance of %.1e;"
            + " %.1f %% more requests%n",
        world, failed, CALLS, 100 * WANTED, chance, 100.0 * (sent - CALLS) / CALLS);
    assertThat(chance)
        .as("%d failures of %d: the chance of so few if 99.99 %% were not reached", failed, CALLS)
        .isLessThan(0.001);
    assertThat(sent).as("requests, budget included").isBetween(CALLS, (int) (CALLS * 1.1) + 5);
    assertThat(kernel.armedTimers()).as("timers").isZero();
  }

  /** The binomial chance of at most so many failures. */
  private static double atMost(int failures, int calls, double rate) {
    double term = Math.exp(calls * Math.log1p(-rate));
    double sum = term;
    for (int k = 1; k <= failures; k++) {
      term *= (double) (calls - k + 1) / k * rate / (1 - rate);
      sum += term;
    }
    return sum;
  }
}
