package dev.evenkeel.limits;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.core.Waiter;
import dev.evenkeel.core.WaitingGate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the calls in flight, and lets a bounded number of further ones wait for a permit instead
 * of refusing them; without a queue use {@link dev.evenkeel.core.ConcurrencyLimit}. For short
 * bursts: a queue that is always full adds nothing but waiting.
 *
 * <p>More critical calls go first, calls of the same criticality in the order of their arrival.
 * When the queue is full, a call takes the place of the newest one of the least critical that is
 * less critical than itself; that one is refused with {@link RefusalReason#LOAD_SHED}. So that
 * nobody starves, one of 20 permits that others are waiting for as well goes to whoever of those
 * has waited longest, and a twentieth of the queue (at least one place, from two places on) is not
 * taken from less critical calls.
 *
 * <p>A call is refused with {@link RefusalReason#CONCURRENCY_LIMIT} if the queue is full or its
 * longest wait is over, and ends with its deadline. Thread-safe; may be shared by pipelines that
 * use the same dependency.
 */
public final class QueuedLimit implements WaitingGate {

  private static final int MOST = 1_000_000;
  private static final int MOST_QUEUED = 100_000;
  private static final Duration DEFAULT_MAX_WAIT = Duration.ofSeconds(1);
  private static final long REFUSED = Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
  private static final long SHED = Refusal.of(RefusalReason.LOAD_SHED);
  private static final long PERMIT = 0;

  private final AtomicInteger inFlight = new AtomicInteger();
  private final WaitQueue queue; // guarded by itself

  /** The size of the queue: whoever gives a permit back looks here after that. */
  private volatile int queued;

  private volatile int limit;
  private volatile long maxWaitNanos = DEFAULT_MAX_WAIT.toNanos();

  private QueuedLimit(int limit, int maxQueued) {
    this.limit = limit;
    this.queue = new WaitQueue(maxQueued);
  }

  /**
   * Creates a limit with a queue, in which a call waits 1 s at most; see {@link #setMaxWait}.
   *
   * @param maxConcurrentCalls 1 to 1,000,000
   * @param maxQueued how many calls may wait at once, 1 to 100,000
   * @return the gate
   */
  public static QueuedLimit of(int maxConcurrentCalls, int maxQueued) {
    return new QueuedLimit(
        Checks.range("maxConcurrentCalls", maxConcurrentCalls, 1, MOST),
        Checks.range("maxQueued", maxQueued, 1, MOST_QUEUED));
  }

  /**
   * Changes the limit while calls run. Calls in flight stay; with a higher limit waiting ones go on
   * at once.
   *
   * @param maxConcurrentCalls 1 to 1,000,000
   */
  public void setMaxConcurrentCalls(int maxConcurrentCalls) {
    limit = Checks.range("maxConcurrentCalls", maxConcurrentCalls, 1, MOST);
    handOver();
  }

  /**
   * Changes the size of the queue. Calls that wait stay.
   *
   * @param maxQueued 1 to 100,000
   */
  public void setMaxQueued(int maxQueued) {
    Checks.range("maxQueued", maxQueued, 1, MOST_QUEUED);
    synchronized (queue) {
      queue.setCapacity(maxQueued);
    }
  }

  /**
   * Changes the longest wait, for calls to come.
   *
   * @param wait 1 ns to 100 years; the deadline of a call bounds it besides
   */
  public void setMaxWait(Duration wait) {
    maxWaitNanos = Checks.positiveNanos("maxWait", wait);
  }

  /**
   * The limit.
   *
   * @return the most calls in flight
   */
  public int maxConcurrentCalls() {
    return limit;
  }

  /**
   * The calls in flight now.
   *
   * @return 0 or more
   */
  public int inFlight() {
    return inFlight.get();
  }

  /**
   * The calls that wait now.
   *
   * @return 0 or more
   */
  public int queued() {
    return queued;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    return queued == 0 && take() ? PERMIT : REFUSED; // nobody passes those who wait
  }

  @Override
  public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
    if (call.remainingNanos(nowNanos) <= 0) {
      return refusal;
    }
    waiter.endAt(nowNanos + maxWaitNanos, REFUSED);
    Waiter displaced;
    synchronized (queue) {
      displaced = queue.add(waiter, call.criticality());
      queued = queue.size();
    }
    if (displaced == waiter) {
      return refusal;
    }
    if (displaced != null) {
      displaced.end(SHED);
    }
    handOver(); // a permit may have come back before this call was seen to wait
    return WAIT;
  }

  @Override
  public void withdraw(CallView call, Waiter waiter, long nowNanos) {
    synchronized (queue) {
      queue.remove(waiter);
      queued = queue.size();
    }
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    inFlight.decrementAndGet();
    handOver();
  }

  /** Gives free permits to those who wait. One that a waiter does not take goes to the next. */
  private void handOver() {
    while (queued > 0) {
      Waiter next;
      synchronized (queue) {
        next = queue.size() > 0 && take() ? queue.poll() : null;
        queued = queue.size();
      }
      if (next == null) {
        return; // whoever has the permits comes by here with them
      }
      if (!next.end(PERMIT)) {
        inFlight.decrementAndGet();
      }
    }
  }

  private boolean take() {
    for (; ; ) {
      int current = inFlight.get();
      if (current >= limit) {
        return false;
      }
      if (inFlight.compareAndSet(current, current + 1)) {
        return true;
      }
    }
  }

  @Override
  public boolean permitsFollowWork() {
    return true; // what runs counts, also when its caller has gone
  }

  @Override
  public boolean isIdle(long nowNanos) {
    return queued == 0 && inFlight.get() == 0;
  }

  /**
   * Takes over the numbers and the longest wait of another limit; the calls in flight stay, and
   * those that wait keep their place and the end of their wait.
   *
   * @param next a {@code QueuedLimit}
   * @return this
   */
  @Override
  public Policy changedTo(Policy next) {
    QueuedLimit wanted = (QueuedLimit) next;
    maxWaitNanos = wanted.maxWaitNanos;
    synchronized (queue) {
      queue.setCapacity(wanted.capacity());
    }
    setMaxConcurrentCalls(wanted.limit);
    return this;
  }

  private int capacity() {
    synchronized (queue) {
      return queue.capacity();
    }
  }

  @Override
  public String name() {
    return "queued-limit";
  }

  @Override
  public String toString() {
    return name() + "(" + limit + ", queue of " + capacity() + ")";
  }
}
