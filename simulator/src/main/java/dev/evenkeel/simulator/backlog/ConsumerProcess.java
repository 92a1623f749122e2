package dev.evenkeel.simulator.backlog;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.messaging.Demand;
import dev.evenkeel.tracing.messaging.JitteredWaits;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;

/**
 * One process of A: takes messages from the queue, so many at a time, and calls B for each. A
 * message that fails goes back; one that the pipeline refuses for the moment is held. With pacing
 * it asks its {@link Demand} how many to take, as the consumers of the brokers' modules do.
 */
final class ConsumerProcess {

  /** The queue of A. */
  interface Messages {
    /** Takes one away: when it was sent, or {@link #NONE}. */
    long take();

    void giveBack(long sentNanos);

    /** Whether it gives way to new ones. */
    boolean isOld(long sentNanos);

    void done();
  }

  static final long NONE = -1;

  private static final long REDELIVERY_NANOS = Duration.ofMillis(500).toNanos();
  private static final long FIRST_HOLD_MILLIS = 10;
  private static final long LONGEST_HOLD_MILLIS = 500;

  private final Kernel kernel;
  private final Messages messages;
  private final Downstream downstream;
  private final Pipeline pipeline;
  private final Demand demand;
  private final IntSupplier wanted;
  private final JitteredWaits holds;
  private int inHand;

  ConsumerProcess(
      Kernel kernel,
      Messages messages,
      Downstream downstream,
      Pipeline pipeline,
      Demand demand,
      IntSupplier wanted) {
    this.kernel = kernel;
    this.messages = messages;
    this.downstream = downstream;
    this.pipeline = pipeline;
    this.demand = demand;
    this.wanted = wanted;
    holds = new JitteredWaits(kernel, FIRST_HOLD_MILLIS, LONGEST_HOLD_MILLIS);
  }

  /** Takes what it may. */
  void look() {
    int most = wanted.getAsInt();
    while (inHand < most) {
      long sentNanos = messages.take();
      if (sentNanos == NONE) {
        return;
      }
      inHand++;
      call(sentNanos);
    }
  }

  private void call(long sentNanos) {
    var unused = pipeline
        .callAsync(() -> downstream.ask(true, messages.isOld(sentNanos)))
        .whenComplete((answer, thrown) -> {
          if (thrown == null) {
            holds.reset();
            messages.done();
            inHand--;
            look();
            return;
          }
          Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
          if (!(failure instanceof CallRefusedException refused)) {
            giveBack(sentNanos);
          } else if (demand.isAway()) {
            demand.trialFailed();
            giveBack(sentNanos);
          } else {
            long asked =
                Math.min(refused.retryAfter().toNanos(), Duration.ofMillis(500).toNanos());
            long wait = Math.max(holds.nextNanos(), asked);
            var unusedHeld = kernel.schedule(kernel.nanoTime() + wait, () -> call(sentNanos));
          }
        });
  }

  /** It goes back to the queue, and comes again a little later. */
  private void giveBack(long sentNanos) {
    var unused = kernel.schedule(kernel.nanoTime() + REDELIVERY_NANOS, () -> {
      messages.giveBack(sentNanos);
      inHand--;
      look();
    });
  }
}
