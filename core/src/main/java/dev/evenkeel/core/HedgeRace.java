package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one call that run side by side: who is under way, who won, and what the caller
 * gets if nobody does. The first success ends the race; a failure ends it only when no other
 * attempt is left to wait for. Thread-safe; nothing of a user's runs under its lock.
 */
final class HedgeRace {

  /** One attempt, its own frame, and how to stop it. */
  record Runner(Frame frame, Abortable stop) {}

  private final Object lock = new Object();
  private final List<Runner> underWay = new ArrayList<>(2);
  private final List<Throwable> failures = new ArrayList<>(0);
  private @Nullable Frame best;
  private @Nullable Cancellable timer;
  private @Nullable CountDownLatch end;
  private boolean closed;
  private int hedges;

  /** The attempt whose outcome the caller gets; null while the race is on. */
  private volatile @Nullable Frame outcome;

  /** Says yes or no while the race is held still. */
  @FunctionalInterface
  interface Condition {
    boolean allows(Frame hedge);
  }

  /** The first attempt enters before anyone else can. */
  void first(Runner attempt) {
    synchronized (lock) {
      underWay.add(attempt);
    }
  }

  /**
   * A hedge asks to enter.
   *
   * @return whether it may start
   */
  boolean enter(Runner hedge, Condition condition) {
    synchronized (lock) {
      if (closed || underWay.isEmpty()) {
        return false;
      }
      hedge.frame().hedge = hedges + 1;
      if (!condition.allows(hedge.frame())) {
        closed = true;
        return false;
      }
      hedges++;
      underWay.add(hedge);
      return true;
    }
  }

  /**
   * An attempt has ended, with its outcome in its frame. If the race ends with it, the others are
   * stopped before this returns.
   *
   * @param atOnce whether nobody may wait for the others any more, whatever this outcome is
   * @return whether the race ended with it
   */
  boolean leave(Runner attempt, boolean atOnce) {
    Frame frame = attempt.frame();
    boolean isError = frame.failure() instanceof Error; // asks the gate that refused: not locked
    synchronized (lock) {
      underWay.remove(attempt);
      if (outcome != null) {
        return false;
      }
      if (!frame.hasSucceeded()) {
        remember(frame);
        if (!atOnce && !isError) {
          if (!underWay.isEmpty()) {
            return false;
          }
          frame = Checks.notNull("best", best);
        }
        blame(frame);
      }
      outcome = frame;
      closed = true;
    }
    stopOthers();
    return true;
  }

  /** Ends the race with what there is: no time is left to wait for the others. */
  void conclude() {
    synchronized (lock) {
      Frame last = best;
      if (outcome != null || last == null) {
        return;
      }
      blame(last);
      outcome = last;
      closed = true;
    }
    stopOthers();
  }

  /** The caller has given up: no further hedge, and those under way end as cancelled. */
  void abandon() {
    forbid();
    stopOthers();
  }

  /** No further hedge; the attempts under way go on. */
  void forbid() {
    synchronized (lock) {
      closed = true;
    }
  }

  /**
   * Takes the timer of a hedge, to cancel it when none is wanted any more. It may have fired
   * already.
   */
  void armed(int hedge, Cancellable next) {
    synchronized (lock) {
      if (hedge <= hedges) {
        return; // it has entered meanwhile, and the timer kept here is that of the one after it
      }
      if (!closed) {
        timer = next;
        return;
      }
    }
    next.cancel();
  }

  @Nullable Frame outcome() {
    return outcome;
  }

  /** Whether the race ended without this attempt, so that its outcome is nobody's any more. */
  boolean isLostFor(Frame frame) {
    Frame decided = outcome;
    return decided != null && decided != frame;
  }

  /** Blocks until the race is over. */
  void await() throws InterruptedException {
    CountDownLatch over;
    synchronized (lock) {
      if (outcome != null) {
        return;
      }
      over = new CountDownLatch(1);
      end = over;
    }
    over.await();
  }

  private void stopOthers() {
    List<Runner> others;
    Cancellable armed;
    CountDownLatch over;
    synchronized (lock) {
      others = List.copyOf(underWay);
      armed = timer;
      timer = null;
      over = outcome == null ? null : end;
    }
    if (armed != null) {
      armed.cancel();
    }
    for (Runner other : others) {
      other.stop().abort();
    }
    if (over != null) {
      over.countDown();
    }
  }

  /**
   * The last real failure is the best there is; without one, the first attempt's refusal or
   * cancellation says more than a hedge's.
   */
  private void remember(Frame frame) {
    Throwable failure = frame.failure();
    if (failure != null) {
      failures.add(failure);
    }
    Frame before = best;
    if (before == null
        || frame.verdict().isEvidence()
        || (frame.hedge == 0 && !before.verdict().isEvidence())) {
      best = frame;
    }
    if (before != null && best != null) {
      best.retryAllowed = before.retryAllowed && frame.retryAllowed;
    }
  }

  private void blame(Frame frame) {
    Throwable failure = frame.failure();
    if (failure != null) {
      for (Throwable other : failures) {
        Failures.suppress(failure, other);
      }
    }
  }
}
