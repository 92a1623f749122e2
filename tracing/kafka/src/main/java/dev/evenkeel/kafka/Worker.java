package dev.evenkeel.kafka;

import dev.evenkeel.core.Kernel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that handles: takes what is next until it is ended, and sleeps while there is nothing.
 * It is not the one that polls, so a handler may take as long as it likes.
 */
final class Worker<K, V> {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelConsumer.class);
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Kernel kernel;
  private final Lanes<K, V> lanes;
  private final Dispatch<K, V> dispatch;
  private final PollLoop<K, V> poller;
  private volatile boolean signalled;
  private volatile boolean ended;
  private volatile @Nullable Thread thread;

  Worker(Kernel kernel, Lanes<K, V> lanes, Dispatch<K, V> dispatch, PollLoop<K, V> poller) {
    this.kernel = kernel;
    this.lanes = lanes;
    this.dispatch = dispatch;
    this.poller = poller;
  }

  void run() {
    thread = Thread.currentThread();
    boolean busy = false;
    while (!ended) {
      try {
        signalled = false;
        Work<K, V> work = lanes.take();
        if (work != null) {
          dispatch.handle(work);
          poller.handled();
          busy = true;
        } else {
          if (busy) {
            busy = false;
            poller.nudge(); // to commit, and to fetch more
          }
          idle();
        }
      } catch (Throwable fault) {
        LOG.error("a step failed; the next one is made all the same", fault);
      }
    }
  }

  private void idle() {
    Long due = lanes.nextDue();
    long until = due == null ? kernel.nanoTime() + LONG_NANOS : due;
    try {
      kernel.parkUntil(until, () -> signalled || ended);
    } catch (InterruptedException stop) {
      // Of a handler that is gone: nobody else has this thread.
    }
  }

  /** There may be something to do. */
  void signal() {
    signalled = true;
    unpark();
  }

  void end() {
    ended = true;
    unpark();
  }

  private void unpark() {
    Thread waiting = thread;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }
}
