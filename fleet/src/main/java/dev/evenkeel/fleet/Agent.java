package dev.evenkeel.fleet;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exchanges of all dependencies of a fleet, one after the other, on a thread of the
 * kernel that may block. An exchange has a time limit; then it is interrupted and given up, and the
 * next one is made on another thread, as long as no more than two hang. Its lock is held for no
 * call to anything but the kernel's timers.
 */
final class Agent {

  private static final int MOST_HANGING = 2;
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LATER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final FleetStore store;
  private final Kernel kernel;
  private final long limitNanos;
  private final Notices notices;
  private final LongAdder exchanges;
  private final LongAdder failures;
  private final List<Session> sessions = new CopyOnWriteArrayList<>();

  private final Object lock = new Object();
  // Guarded by the lock.
  private Cancellable timer = () -> false;
  private boolean armed;
  private long armedNanos;
  private boolean running;
  private boolean again;
  private long turn;
  private int hanging;
  private boolean closed;
  private @Nullable Thread runner;

  /**
   * Begins with nothing to do.
   *
   * @param store where the members meet
   * @param kernel time and threads
   * @param limitNanos of an exchange
   * @param notices are told what happens
   * @param exchanges counts them
   * @param failures counts those of them that failed
   */
  Agent(
      FleetStore store,
      Kernel kernel,
      long limitNanos,
      Notices notices,
      LongAdder exchanges,
      LongAdder failures) {
    this.store = store;
    this.kernel = kernel;
    this.limitNanos = limitNanos;
    this.notices = notices;
    this.exchanges = exchanges;
    this.failures = failures;
  }

  List<FleetStatus> status() {
    return sessions.stream().map(Session::status).toList();
  }

  void join(Session session) {
    sessions.add(session);
    wake(session.dueNanos(kernel.nanoTime()));
  }

  void leave(Session session) {
    if (!sessions.remove(session)) {
      return;
    }
    try {
      kernel.executeBlocking(() -> sayGoodbye(session));
    } catch (Throwable rejected) {
      // its row is removed when it is long outdated
    }
  }

  /** It has the time limit of an exchange: a store that hangs must not hold the thread. */
  private void sayGoodbye(Session session) {
    AtomicReference<@Nullable Thread> current = new AtomicReference<>(Thread.currentThread());
    Cancellable limit = () -> false;
    try {
      limit = kernel.schedule(
          kernel.nanoTime() + limitNanos, () -> kernel.execute(() -> interrupt(current)));
      session.sayGoodbye(store);
    } catch (Throwable ignored) {
      // as above
    } finally {
      limit.cancel();
      synchronized (current) {
        current.set(null);
        var unused = Thread.interrupted(); // it was meant for this
      }
    }
  }

  private static void interrupt(AtomicReference<@Nullable Thread> current) {
    synchronized (current) {
      Thread thread = current.get();
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  void tell(Session session, FleetChange.Kind kind, String reason) {
    notices.add(new FleetChange(session.dependency, kind, reason));
  }

  void dropped(Session session, String member, IllegalArgumentException garbage) {
    notices.dropped(session.dependency, member, garbage);
  }

  /** An exchange is due at this time, or sooner. */
  void wake(long atNanos) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (running) {
        again = true;
        return;
      }
      if (armed && armedNanos - atNanos <= 0) {
        return;
      }
      timer.cancel();
      armed = true;
      armedNanos = atNanos;
      timer = kernel.schedule(atNanos, this::onTimer);
    }
  }

  private void onTimer() {
    long own;
    synchronized (lock) {
      if (closed || running) {
        return;
      }
      armed = false;
      running = true;
      again = false;
      own = ++turn;
    }
    try {
      kernel.executeBlocking(() -> run(own));
    } catch (Throwable rejected) {
      synchronized (lock) {
        running = running && turn != own;
      }
      wake(kernel.nanoTime() + LATER_NANOS);
    }
  }

  private boolean isCurrent(long own) {
    synchronized (lock) {
      return turn == own && !closed;
    }
  }

  private void run(long own) {
    if (!begin(own)) {
      return;
    }
    for (Session session : sessions) {
      if (!isCurrent(own)) {
        break;
      }
      if (session.dueNanos(kernel.nanoTime()) - kernel.nanoTime() <= 0) {
        exchange(session, own);
      }
    }
    end(own);
    notices.deliver();
    next();
  }

  private boolean begin(long own) {
    synchronized (lock) {
      if (turn != own || closed) {
        return false;
      }
      runner = Thread.currentThread();
      return true;
    }
  }

  private void end(long own) {
    boolean interrupted;
    synchronized (lock) {
      if (turn == own) {
        running = false;
        runner = null;
      } else {
        hanging--;
      }
      interrupted = Thread.interrupted(); // it was meant for the exchange
    }
    if (interrupted) {
      notices.interrupted();
    }
  }

  private void exchange(Session session, long own) {
    boolean hangs;
    synchronized (lock) {
      hangs = hanging >= MOST_HANGING;
    }
    exchanges.increment();
    if (hangs) {
      failures.increment();
      session.failed("the store hangs");
      return;
    }
    Cancellable limit = kernel.schedule(kernel.nanoTime() + limitNanos, () -> onLate(session, own));
    try {
      session.exchange(store, () -> isCurrent(own));
    } catch (Throwable fault) {
      if (isCurrent(own)) {
        failures.increment();
        session.failed(Notices.text(fault));
      }
    } finally {
      limit.cancel();
    }
  }

  /** On the timer's thread, which must not run what an interrupt may. */
  private void onLate(Session session, long own) {
    try {
      kernel.execute(() -> giveUp(session, own));
    } catch (Throwable rejected) {
      var unused = kernel.schedule(kernel.nanoTime() + LATER_NANOS, () -> onLate(session, own));
    }
  }

  private void giveUp(Session session, long own) {
    synchronized (lock) {
      if (turn != own || !running) {
        return;
      }
      turn++;
      running = false;
      hanging++;
      Thread thread = runner;
      runner = null;
      if (thread != null) {
        thread.interrupt();
      }
    }
    failures.increment();
    session.failed("no answer within " + limitNanos / 1_000_000 + " ms");
    notices.deliver();
    next();
  }

  private void next() {
    long nowNanos = kernel.nanoTime();
    boolean soon;
    synchronized (lock) {
      soon = again;
      again = false;
    }
    long wait = Long.MAX_VALUE;
    for (Session session : sessions) {
      wait = Math.min(wait, session.dueNanos(nowNanos) - nowNanos);
    }
    if (wait != Long.MAX_VALUE) {
      wake(nowNanos + Math.max(soon ? 0 : SOON_NANOS, wait));
    }
  }

  void close() {
    synchronized (lock) {
      closed = true;
      timer.cancel();
    }
    sessions.forEach(Session::leave);
  }
}
