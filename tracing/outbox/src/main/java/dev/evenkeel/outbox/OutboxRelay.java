package dev.evenkeel.outbox;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what an {@link Outbox} has written and its transaction has committed, at least once, and of
 * each key in order.
 *
 * <pre>{@code
 * OutboxRelay relay = OutboxRelay.builder(source, message -> broker.send(message))
 *     .pipeline(Pipeline.of("broker", Timeout.ofMillis(500), CircuitBreaker.standard()))
 *     .build()
 *     .start();
 * }</pre>
 *
 * <p>Any number of relays, in any number of processes, share the work. A relay takes messages by
 * locking them in a transaction of its own, publishes them one after the other, deletes them and
 * commits; one that dies in between has lost nothing, and what it had published comes again.
 *
 * <p>While the breaker of its pipeline is open it takes one message now and then, as a probe; while
 * that ramps, the ramp's share of a batch. So a backlog does not flood what has just come back.
 * Thread-safe.
 */
public final class OutboxRelay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final RelaySettings settings;
  private final Kernel kernel;
  private final RelayCounts counts = new RelayCounts();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private boolean started;
  private boolean running;
  private boolean again;
  private @Nullable Cancellable timer;
  private long failedWaitNanos;
  private volatile boolean closed;

  OutboxRelay(RelaySettings settings) {
    this.settings = settings;
    kernel = settings.kernel();
  }

  /**
   * A builder.
   *
   * @param source where the table is
   * @param publisher sends a message
   * @return without a pipeline
   */
  public static OutboxRelayBuilder builder(DataSource source, OutboxPublisher publisher) {
    return new OutboxRelayBuilder(
        Checks.notNull("source", source), Checks.notNull("publisher", publisher));
  }

  /**
   * Starts to send. Once is enough.
   *
   * @return this
   * @throws IllegalStateException if it was closed
   */
  public OutboxRelay start() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("relay: closed (expected: open)");
      }
      if (started) {
        return this;
      }
      started = true;
    } finally {
      lock.unlock();
    }
    wake();
    return this;
  }

  /**
   * Looks for messages now, and not when it would next: to be called after a commit, where half a
   * second matters. Cheap; does nothing if the relay is not started.
   */
  public void wake() {
    lock.lock();
    try {
      if (!started || closed) {
        return;
      }
      if (running) {
        again = true;
        return;
      }
      if (timer != null && failedWaitNanos > 0) {
        return; // it waits because something is away
      }
      running = true;
      cancelTimer();
    } finally {
      lock.unlock();
    }
    kernel.executeBlocking(this::work);
  }

  private void cancelTimer() {
    Cancellable armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
  }

  private void ring() {
    lock.lock();
    try {
      timer = null;
      if (closed || running) {
        return;
      }
      running = true;
    } finally {
      lock.unlock();
    }
    kernel.executeBlocking(this::work);
  }

  /** Round after round, as long as there is something to do. */
  private void work() {
    long wait;
    do {
      lock.lock();
      try {
        again = false;
      } finally {
        lock.unlock();
      }
      wait = round();
    } while (!pause(wait));
  }

  /** Arms the timer for the next round; false if that is due now. */
  private boolean pause(long waitNanos) {
    lock.lock();
    try {
      boolean now = waitNanos <= 0 || (again && failedWaitNanos == 0);
      if (now && !closed) {
        return false;
      }
      running = false;
      idle.signalAll();
      if (!closed) {
        timer = kernel.schedule(kernel.nanoTime() + waitNanos, this::ring);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * One round, on this thread.
   *
   * @return when the next one is due, in nanoseconds from now
   */
  long round() {
    int most = settings.pace().of(settings.batch());
    if (most == 0 || closed) {
      return jittered(settings.pollNanos());
    }
    try {
      RelayRound.End end = new RelayRound(settings, counts, () -> closed).run(most);
      if (end.waitNanos() >= 0) {
        return failedWait(end.waitNanos());
      }
      worksAgain();
      // Less than a batch because of the ramp: then the rest comes with the next polls.
      boolean more = end.full() && end.sent() > 0 && most == settings.batch();
      return more ? 0 : jittered(settings.pollNanos());
    } catch (SQLException | RuntimeException fault) {
      if (failedWaitNanos == 0) {
        LOG.warn(
            "a round of the relay failed, and what it had sent comes again; later failures are not"
                + " logged until one succeeds (expected: a database with the tables of"
                + " dev/evenkeel/outbox/{postgresql,mariadb,h2}.sql)",
            fault);
      }
      return failedWait(0);
    }
  }

  /** Longer each time, and at least what was asked for. */
  private long failedWait(long askedNanos) {
    lock.lock();
    try {
      failedWaitNanos =
          Math.min(Math.max(FIRST_WAIT_NANOS, failedWaitNanos * 2), LONGEST_WAIT_NANOS);
      return jittered(Math.min(Math.max(failedWaitNanos, askedNanos), LONGEST_WAIT_NANOS));
    } finally {
      lock.unlock();
    }
  }

  private void worksAgain() {
    lock.lock();
    try {
      failedWaitNanos = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Three quarters to five quarters of it: relays that began together do not stay together. */
  private long jittered(long nanos) {
    double random = (kernel.random() >>> 11) * 0x1.0p-53;
    return (long) (nanos * (0.75 + random / 2));
  }

  /**
   * What it has done.
   *
   * @return counts since it was built
   */
  public RelayFigures figures() {
    return counts.figures();
  }

  /**
   * Stops after the message that is being sent, and waits for that, for five seconds at most. What
   * was sent is deleted, the rest stays.
   */
  @Override
  public void close() {
    boolean interrupted = false;
    lock.lock();
    try {
      closed = true;
      cancelTimer();
      long left = CLOSE_NANOS;
      while (running && left > 0) {
        try {
          left = idle.awaitNanos(left);
        } catch (InterruptedException stop) {
          interrupted = true;
          left = 0;
        }
      }
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "OutboxRelay(" + settings.pipeline().name() + ", " + figures() + ")";
  }
}
