package dev.evenkeel.core;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One daemon thread for all deadlines, timeouts, backoffs and leases of a kernel. Arming and
 * disarming an alarm that is registered is one atomic change of the alarm's own word, without a
 * lock, garbage or a cache line that threads share; the thread looks through all alarms when the
 * earliest one it knows of is due. A call that ends in time costs it nothing: most timeouts never
 * fire, so it wakes up about once in a timeout's length, however many calls are made.
 *
 * <p>It sleeps without a limit when nothing is armed, and ends after a while of that; else it wakes
 * up ten times a second, to know whether the process stood still. Looking through many alarms takes
 * at most an eighth of a processor: between two looks it rests for eight times the time the last
 * one took, but no longer than 1 ms, which bounds the lateness.
 */
@SuppressForbidden("the kernel's own clock and thread")
final class AlarmClock {

  private static final long NEVER = Alarm.IDLE;
  private static final long MAX_REST_NANOS = 1_000_000;
  private static final long CLOSING_LOOK_NANOS = 50_000_000;

  /** How often the thread wakes up while anything is armed, to know when it last could. */
  private static final long BEAT_NANOS = 100_000_000;

  /**
   * A thread that wakes up so much later than it should was not let: the process stood still. A
   * busy machine wakes it some milliseconds late, one that is badly overloaded or throttled by some
   * tens.
   */
  private static final long STANDSTILL_NANOS = 250_000_000;

  private static final int FIRST_SIZE = 64;
  private static final int PROBES = 8;

  private final ThreadFactory threads;
  private final long idleNanos;
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

  /** The word of the earliest alarm the thread is to wake up for; {@link #NEVER} if none. */
  private final AtomicLong wakeAt = new AtomicLong(NEVER);

  /** Each twice the size of the one before. An entry is an alarm, or a weak reference to one. */
  private volatile Shelf[] shelves;

  private volatile boolean closing;

  // Since when the thread sleeps, and when it is to wake up; NEVER if nothing is armed.
  private volatile long restsFrom;
  private volatile long restsUntil = NEVER;

  private volatile @Nullable Standstill standstill;

  AlarmClock(ThreadFactory threads, long idleNanos) {
    this.threads = threads;
    this.idleNanos = idleNanos;
    shelves = new Shelf[] {new Shelf(FIRST_SIZE)};
  }

  /** Runs a task once. */
  Cancellable schedule(long atNanos, Runnable task) {
    TimerTask timer = new TimerTask(this, task, Alarm.armedAt(atNanos, true));
    register(timer, timer);
    timer.setWord(timer.armed);
    notice(timer.armed);
    return timer;
  }

  /** Makes the thread look at an alarm from now on. */
  void register(Alarm alarm, Object entry) {
    int hash = CallerThread.current().spread(); // an identity hash costs more than all the rest
    for (; ; ) {
      Shelf[] all = shelves;
      for (int shelf = all.length - 1; shelf >= 0; shelf--) {
        Shelf places = all[shelf];
        int size = places.length();
        for (int probe = 0; probe < PROBES; probe++) {
          int at = (hash + probe * 0x2545F491) >>> 1 & (size - 1);
          Object present = places.get(at);
          if ((present == null || isGone(present)) && places.compareAndSet(at, present, entry)) {
            alarm.place = size + at; // shelf n holds the places from its own size on
            return;
          }
        }
      }
      grow(all);
    }
  }

  /** Makes the thread forget an alarm. */
  void unregister(Alarm alarm, Object entry) {
    int place = alarm.place;
    if (place >= FIRST_SIZE) {
      int size = Integer.highestOneBit(place);
      int shelf = Integer.numberOfTrailingZeros(size / FIRST_SIZE);
      shelves[shelf].compareAndSet(place - size, entry, null);
      alarm.place = -1;
    }
  }

  private static boolean isGone(Object entry) {
    return entry instanceof WeakReference<?> reference && reference.get() == null;
  }

  private synchronized void grow(Shelf[] seen) {
    if (shelves == seen) {
      Shelf[] more = Arrays.copyOf(seen, seen.length + 1);
      more[seen.length] = new Shelf(FIRST_SIZE << seen.length);
      shelves = more;
    }
  }

  /** To be called after an alarm was armed: wakes the thread if it would sleep for too long. */
  void notice(long armed) {
    long wake = wakeAt.get();
    if (wake == NEVER || armed - wake < 0) {
      wakeEarlier(armed);
    }
  }

  private void wakeEarlier(long armed) {
    for (; ; ) {
      long wake = wakeAt.get();
      if (wake != NEVER && armed - wake >= 0) {
        return;
      }
      if (wakeAt.compareAndSet(wake, armed)) {
        Thread running = thread.get();
        if (running == null) {
          start();
        } else if (running != Thread.currentThread()) {
          LockSupport.unpark(running);
        }
        return;
      }
    }
  }

  private synchronized void start() {
    if (thread.get() == null) {
      closing = false;
      Thread starting = threads.newThread(this::run);
      thread.set(starting);
      starting.start();
    }
  }

  private void run() {
    Thread self = Thread.currentThread();
    do {
      keepTime();
      thread.set(null);
      // Whoever armed an alarm between the last look and here has found a thread that had gone.
    } while (wakeAt.get() != NEVER && thread.compareAndSet(null, self));
  }

  /** Returns when nothing was armed for a while. */
  private void keepTime() {
    long idleSince = System.nanoTime();
    for (; ; ) {
      long now = System.nanoTime();
      standstill = standstill(now); // told before the alarms that ring late because of it
      long wake = wakeAt.get();
      if (wake != NEVER) {
        long wait = Alarm.timeOf(wake) - now;
        if (wait <= 0) {
          rests(now, 0);
          look();
        } else if (closing) {
          rests(now, CLOSING_LOOK_NANOS);
          look(); // whoever disarms an alarm tells nobody
          LockSupport.parkNanos(this, Math.min(wait, CLOSING_LOOK_NANOS));
        } else {
          long nanos = Math.min(wait, BEAT_NANOS);
          rests(now, nanos);
          LockSupport.parkNanos(this, nanos);
        }
        Thread.interrupted(); // would keep it from sleeping
        idleSince = System.nanoTime();
      } else {
        restsUntil = NEVER;
        if (closing || now - idleSince >= idleNanos) {
          return;
        }
        LockSupport.parkNanos(this, idleNanos - (now - idleSince));
      }
    }
  }

  void rests(long fromNanos, long nanos) {
    restsFrom = fromNanos;
    long until = fromNanos + nanos;
    restsUntil = until == NEVER ? until + 1 : until;
  }

  /** The last time in which the thread should have woken up and did not, which may still last. */
  @Nullable Standstill standstill(long nowNanos) {
    long until = restsUntil;
    return until != NEVER && nowNanos - until > STANDSTILL_NANOS
        ? new Standstill(restsFrom, nowNanos)
        : standstill;
  }

  /** Fires what is due, and finds out when to look again. */
  private void look() {
    // Whoever arms an alarm from here on sees to it himself that the thread wakes up for it.
    wakeAt.set(NEVER);
    long begin = System.nanoTime();
    long earliest = NEVER;
    for (Shelf places : shelves) {
      for (int at = 0; at < places.length(); at++) {
        Object entry = places.get(at);
        if (entry == null) {
          continue;
        }
        Alarm alarm = alarmOf(entry);
        if (alarm == null) {
          places.compareAndSet(at, entry, null);
          continue;
        }
        long word = alarm.word();
        if (Alarm.isArmedByClock(word)) {
          if (Alarm.timeOf(word) - begin <= 0) {
            alarm.onDue(word, begin);
          } else if (earliest == NEVER || word - earliest < 0) {
            earliest = word;
          }
        }
      }
    }
    if (earliest != NEVER) {
      long now = System.nanoTime();
      long rested = Alarm.armedAt(now + Math.min(MAX_REST_NANOS, 8 * (now - begin)), true);
      wakeEarlier(earliest - rested < 0 ? rested : earliest);
    }
  }

  private static @Nullable Alarm alarmOf(Object entry) {
    return (Alarm) (entry instanceof WeakReference<?> reference ? reference.get() : entry);
  }

  /** Ends the thread as soon as nothing is armed. */
  void close() {
    closing = true;
    Thread running = thread.get();
    if (running != null) {
      LockSupport.unpark(running);
    }
  }

  /** How many alarms are armed; for tests that look for leaks. */
  int armed() {
    int count = 0;
    for (Shelf places : shelves) {
      for (int at = 0; at < places.length(); at++) {
        Object entry = places.get(at);
        Alarm alarm = entry == null ? null : alarmOf(entry);
        if (alarm != null && Alarm.isArmedByClock(alarm.word())) {
          count++;
        }
      }
    }
    return count;
  }

  /** How many alarms there is room for; for tests. */
  int places() {
    int sum = 0;
    for (Shelf places : shelves) {
      sum += places.length();
    }
    return sum;
  }

  private static final class Shelf extends AtomicReferenceArray<@Nullable Object> {

    private static final long serialVersionUID = 1;

    Shelf(int size) {
      super(size);
    }
  }

  /**
   * Runs once unless it is cancelled before it starts. Keeps the thread alive when a task throws,
   * which a task of ours never should.
   */
  private static final class TimerTask extends Alarm implements Cancellable {

    private static final long DONE = 4;

    final long armed;
    private final AlarmClock clock;
    private final Runnable task;

    TimerTask(AlarmClock clock, Runnable task, long armed) {
      this.clock = clock;
      this.task = task;
      this.armed = armed;
    }

    @Override
    public boolean cancel() {
      boolean cancelled = change(armed, DONE);
      if (cancelled) {
        clock.unregister(this, this);
      }
      return cancelled;
    }

    @Override
    void onDue(long due, long nowNanos) {
      if (!change(due, DONE)) {
        return;
      }
      clock.unregister(this, this);
      try {
        task.run();
      } catch (Throwable fault) {
        Faults.LOG.error("timer: a task threw (expected: tasks handle their own faults)", fault);
      }
    }
  }
}
