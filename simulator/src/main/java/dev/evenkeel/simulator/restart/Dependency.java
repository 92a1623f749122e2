package dev.evenkeel.simulator.restart;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * What the nodes start against: 2,000 requests/s with 100 workers, exponential service times, a
 * queue of 10,000. Work whose client has gone is still done; a client goes after 1 s.
 */
final class Dependency {

  static final double CAPACITY = 2_000;

  private static final int WORKERS = 100;
  private static final int QUEUE = 10_000;
  private static final Duration SERVICE = Duration.ofMillis(50);
  private static final long TIMEOUT_NANOS = 1_000_000_000L;
  private static final long FULL_NANOS = 5_000_000L;

  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final ArrayDeque<CompletableFuture<Boolean>> queue = new ArrayDeque<>();
  private int busy;

  Dependency(Kernel kernel, VirtualTime.Stream chance) {
    this.kernel = kernel;
    this.chance = chance;
  }

  /** Whether it answered; never fails otherwise. */
  CompletableFuture<Boolean> call() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    if (busy < WORKERS) {
      busy++;
      work(answer);
    } else if (queue.size() < QUEUE) {
      queue.addLast(answer);
    } else {
      var unused = after(FULL_NANOS, () -> answer.complete(false));
      return answer;
    }
    Cancellable timeout = after(TIMEOUT_NANOS, () -> answer.complete(false));
    var unused = answer.thenRun(timeout::cancel);
    return answer;
  }

  private void work(CompletableFuture<Boolean> answer) {
    var unused = after(chance.exponentialNanos(SERVICE), () -> {
      answer.complete(true);
      CompletableFuture<Boolean> next = queue.pollFirst();
      if (next == null) {
        busy--;
      } else {
        work(next);
      }
    });
  }

  private Cancellable after(long nanos, Runnable task) {
    return kernel.schedule(kernel.nanoTime() + nanos, task);
  }
}
