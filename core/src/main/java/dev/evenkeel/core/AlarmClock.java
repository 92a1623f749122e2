package dev.evenkeel.core;

import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One daemon thread for all deadlines, timeouts, backoffs and leases of a kernel. Arming and
 * disarming an alarm that is registered is one atomic change of the alarm's own word, without a
 * lock, garbage or a cache line that threads share; the thread looks through the alarms when the
 * earliest one it knows of is due. A call that ends in time costs it nothing: most timeouts never
 * fire, so it wakes up about once in a timeout's length, however many calls are made.
 *
 * <p>Alarms are kept in {@link Shelf}s of 64, and each knows the earliest time for which one of its
 * alarms may be armed: of a hundred thousand alarms the thread looks at those that are due and at
 * one number for each 64 of the others. Whoever arms an alarm for an earlier time than its shelf
 * knows tells the shelf, and the clock if it would sleep for too long.
 *
 * <p>Nothing but words is changed on the thread: whatever an alarm does, it does elsewhere. The
 * thread sleeps without a limit when nothing is armed, and ends after a while of that; else it
 * wakes up ten times a second, to know whether the process stood still. A thread that dies, or
 * could not be started, is replaced when it is next needed, and looks at everything first. Between
 * two looks it rests for eight times the time the last one took, but no longer than 1 ms.
 */
@SuppressForbidden("the kernel's own clock and thread")
final class AlarmClock {

  static final long NEVER = Alarm.IDLE;
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

  private static final int PROBES = 8;

  /** The last number that a thread was given; holds nothing of ours. */
  private static final ThreadLocal<int[]> SPREAD =
      ThreadLocal.withInitial(() -> new int[] {(int) Thread.currentThread().getId() * 0x2545F491});

  private final ThreadFactory threads;
  private final long idleNanos;
  private final Executor elsewhere;
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

  /** The word of the earliest alarm the thread is to wake up for; {@link #NEVER} if none. */
  private final AtomicLong wakeAt = new AtomicLong(NEVER);

  /** A power of two of them; grows, and keeps those it has. */
  private volatile Shelf[] shelves = {new Shelf()};

  private volatile boolean closing;

  // Since when the thread sleeps, and when it is to wake up; NEVER if nothing is armed.
  private volatile long restsFrom;
  private volatile long restsUntil = NEVER;

  private volatile @Nullable Standstill standstill;

  /** Told at each wake-up of the thread; for the owner's other threads. */
  private volatile LongConsumer watch = now -> {};

  AlarmClock(ThreadFactory threads, long idleNanos) {
    this(threads, idleNanos, Runnable::run);
  }

  /**
   * Creates it, without its thread.
   *
   * @param elsewhere runs what tasks do, which may block
   */
  AlarmClock(ThreadFactory threads, long idleNanos, Executor elsewhere) {
    this.threads = threads;
    this.idleNanos = idleNanos;
    this.elsewhere = elsewhere;
  }

  /** Sets who is told the time whenever the thread wakes up. */
  void watch(LongConsumer watcher) {
    watch = watcher;
  }

  /** Runs a task once. */
  Cancellable schedule(long atNanos, Runnable task) {
    AlarmTask timer = new AlarmTask(this, elsewhere, task, Alarm.armedAt(atNanos, true));
    register(timer, timer);
    timer.setWord(timer.armed);
    boolean noticed = false;
    try {
      notice(timer, timer.armed);
      noticed = true;
    } finally {
      if (!noticed) {
        timer.cancel();
      }
    }
    return timer;
  }

  /** A number that differs from those before, and from other threads', as far as they can. */
  private static int spread() {
    return SPREAD.get()[0] += 0x9E3779B9;
  }

  /** Makes the thread look at an alarm from now on. */
  void register(Alarm alarm, Object entry) {
    int hash = spread(); // an identity hash costs more than all the rest
    for (; ; ) {
      Shelf[] all = shelves;
      for (int probe = 0; probe < PROBES; probe++) {
        Shelf shelf = all[hash >>> 7 & (all.length - 1)];
        int place = shelf.put(entry, hash >>> 1);
        if (place >= 0) {
          alarm.shelf = shelf;
          alarm.place = place;
          return;
        }
        hash += 0x2545F491;
      }
      grow(all);
    }
  }

  /** Makes the thread forget an alarm. */
  void unregister(Alarm alarm, Object entry) {
    Shelf shelf = alarm.shelf;
    if (shelf != null) {
      shelf.compareAndSet(alarm.place, entry, null);
      alarm.shelf = null;
    }
  }

  private synchronized void grow(Shelf[] seen) {
    if (shelves == seen) {
      Shelf[] more = Arrays.copyOf(seen, 2 * seen.length);
      for (int at = seen.length; at < more.length; at++) {
        more[at] = new Shelf();
      }
      shelves = more;
    }
  }

  /** To be called after an alarm was armed: wakes the thread if it would sleep for too long. */
  void notice(Alarm alarm, long armed) {
    Shelf shelf = alarm.shelf;
    if (shelf != null && shelf.isLaterThan(armed)) {
      wakeEarlier(armed); // first, so that whoever finds the shelf told need not tell the clock
      shelf.tell(armed);
      wakeEarlier(armed); // a look in between has not seen the shelf told
    }
  }

  /** Wakes the thread at a point in time, for the sake of its {@link #watch}. */
  void wakeAt(long atNanos) {
    wakeEarlier(Alarm.armedAt(atNanos, true));
  }

  private void wakeEarlier(long armed) {
    for (; ; ) {
      long wake = wakeAt.get();
      if (wake != NEVER && armed - wake >= 0) {
        if (thread.get() == null) {
          start(); // it has died, or could not be started
        }
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
      boolean started = false;
      try {
        starting.start();
        started = true;
      } finally {
        if (!started) {
          thread.set(null);
          forgetTimes();
        }
      }
    }
  }

  /** The next alarm that is armed, whichever it is, tells of itself and starts the thread. */
  private void forgetTimes() {
    for (Shelf shelf : shelves) {
      shelf.takeEarliest();
    }
    wakeAt.set(NEVER);
  }

  private void run() {
    Thread self = Thread.currentThread();
    boolean ended = false;
    try {
      do {
        lookAtAll();
        keepTime();
        thread.compareAndSet(self, null);
        // Whoever armed an alarm between the last look and here has found a thread that had gone.
      } while (wakeAt.get() != NEVER && thread.compareAndSet(null, self));
      ended = true;
    } finally {
      if (!ended) {
        restsUntil = NEVER;
        thread.compareAndSet(self, null);
        start(); // an Error that can only be the JVM's: a heap that is exhausted
      }
    }
  }

  /** One that takes the place of another does not know what that one has seen. */
  private void lookAtAll() {
    wakeAt.set(NEVER);
    long now = System.nanoTime();
    for (Shelf shelf : shelves) {
      lookAt(shelf, now);
    }
  }

  /** Returns when nothing was armed for a while. */
  private void keepTime() {
    long idleSince = System.nanoTime();
    for (; ; ) {
      long now = System.nanoTime();
      standstill = standstill(now); // told before the alarms that ring late because of it
      lookIfDue(now);
      watch.accept(now);
      long wake = wakeAt.get();
      if (wake != NEVER) {
        long nanos = Math.min(Alarm.timeOf(wake) - now, closing ? CLOSING_LOOK_NANOS : BEAT_NANOS);
        rests(now, nanos);
        if (nanos > 0) {
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

  private void lookIfDue(long now) {
    long wake = wakeAt.get();
    if (closing) {
      lookAtAll(); // whoever disarms an alarm tells nobody
    } else if (wake != NEVER && Alarm.timeOf(wake) - now <= 0) {
      rests(now, 0);
      look();
    }
  }

  /**
   * Whether the time is surely before this one, without a look at the clock; if the thread sleeps
   * for good it does not know, and is made to wake up then, so that it will.
   */
  boolean isBefore(long atNanos) {
    long until = restsUntil;
    if (until == NEVER) {
      wakeAt(atNanos);
      return false;
    }
    return atNanos - until > 0;
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
    for (Shelf shelf : shelves) {
      long first = shelf.earliest();
      if (first != NEVER && Alarm.timeOf(first) - begin <= 0) {
        lookAt(shelf, begin);
        first = shelf.earliest();
      }
      if (first != NEVER && (earliest == NEVER || first - earliest < 0)) {
        earliest = first;
      }
    }
    if (earliest != NEVER) {
      long now = System.nanoTime();
      long rested = Alarm.armedAt(now + Math.min(MAX_REST_NANOS, 8 * (now - begin)), true);
      wakeEarlier(earliest - rested < 0 ? rested : earliest);
    }
  }

  private void lookAt(Shelf shelf, long begin) {
    shelf.takeEarliest(); // whoever arms one of its alarms from here on tells it
    long earliest = NEVER;
    for (int at = 0; at < shelf.length(); at++) {
      Alarm alarm = shelf.alarmAt(at);
      if (alarm == null) {
        continue;
      }
      long word = alarm.word();
      if (!Alarm.isArmedByClock(word)) {
        continue;
      }
      long next = word;
      if (Alarm.timeOf(word) - begin <= 0) {
        if (ring(alarm, word, begin)) {
          continue;
        }
        next = Alarm.armedAt(begin + MAX_REST_NANOS, true);
      }
      if (earliest == NEVER || next - earliest < 0) {
        earliest = next;
      }
    }
    if (earliest != NEVER) {
      shelf.tell(earliest);
      wakeEarlier(earliest);
    }
  }

  /** Rings an alarm; false if that must be tried again: there is no memory to say it elsewhere. */
  private static boolean ring(Alarm alarm, long word, long begin) {
    try {
      alarm.onDue(word, begin);
      return true;
    } catch (Throwable fault) {
      return false;
    }
  }

  boolean isClosing() {
    return closing;
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
    for (Shelf shelf : shelves) {
      for (int at = 0; at < shelf.length(); at++) {
        Alarm alarm = shelf.alarmAt(at);
        if (alarm != null && Alarm.isArmedByClock(alarm.word())) {
          count++;
        }
      }
    }
    return count;
  }

  /** How many alarms there is room for; for tests. */
  int places() {
    return shelves.length * Shelf.SIZE;
  }
}
