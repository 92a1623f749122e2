package dev.evenkeel.simulator.backlog;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.simulator.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * B: workers and a queue, first come first served. Work whose caller has gone is done all the same,
 * and has its effect.
 */
final class Downstream {

  /** One for all: nobody looks where it comes from. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final IOException FULL = new IOException("the queue is full");

  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final int workers;
  private final Duration service;
  private final int queueLimit;
  private final int shedsAt;
  private final Runnable effect;
  private final Deque<CompletableFuture<Boolean>> queue = new ArrayDeque<>();
  private int busy;

  /**
   * Creates it, idle.
   *
   * @param shedsAt from how many waiting on old work is refused
   * @param effect what each piece of work causes that A has asked for
   */
  Downstream(
      Kernel kernel,
      VirtualTime.Stream chance,
      int workers,
      Duration service,
      int queueLimit,
      int shedsAt,
      Runnable effect) {
    this.kernel = kernel;
    this.chance = chance;
    this.workers = workers;
    this.service = service;
    this.queueLimit = queueLimit;
    this.shedsAt = shedsAt;
    this.effect = effect;
  }

  /**
   * A request.
   *
   * @param ofA whether it is A's
   * @param old whether it may be shed before others are
   */
  CompletableFuture<Boolean> ask(boolean ofA, boolean old) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    CompletableFuture<Boolean> work = new CompletableFuture<>();
    var unused = work.thenRun(() -> {
      if (ofA) {
        effect.run();
      }
      answer.complete(true);
    });
    if (busy < workers) {
      start(work);
    } else if (queue.size() < (old ? shedsAt : queueLimit)) {
      queue.addLast(work);
    } else {
      answer.completeExceptionally(FULL);
    }
    return answer;
  }

  private void start(CompletableFuture<Boolean> work) {
    busy++;
    var unused = kernel.schedule(kernel.nanoTime() + chance.exponentialNanos(service), () -> {
      busy--;
      work.complete(true);
      CompletableFuture<Boolean> next = queue.pollFirst();
      if (next != null) {
        start(next);
      }
    });
  }
}
