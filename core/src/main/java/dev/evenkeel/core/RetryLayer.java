package dev.evenkeel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Asks a driver after each attempt whether another one follows. */
final class RetryLayer extends Layer {

  private static final int MAX_EARLIER = 8;

  private final RetryDriver driver;
  private final boolean splitsDeadline;
  private final Faults faults;

  RetryLayer(RetryDriver driver, Faults faults) {
    this.driver = driver;
    this.splitsDeadline = driver.splitsDeadline();
    this.faults = faults;
  }

  @Override
  boolean enter(Frame frame, int at) {
    frame.numbers[at] = 0;
    if (frame.objects[at] != null) {
      frame.objects[at] = null; // of a call that an Error of ours ended
    }
    again(frame);
    return true;
  }

  @Override
  void again(Frame frame) {
    if (splitsDeadline) {
      frame.splitDeadline(driver.maxAttempts() - frame.attempt + 1);
    }
  }

  @Override
  long leave(Frame frame, int at) {
    frame.endShare();
    long wait = frame.hasSucceeded() && (accepts(frame) || frame.stream) // which has no result
        ? RetryDriver.STOP
        : next(frame, frame.numbers[at]);
    if (wait < 0) {
      giveUp(frame, at);
      return OUTWARDS;
    }
    Earlier earlier = (Earlier) frame.objects[at];
    if (earlier == null) {
      earlier = new Earlier();
      frame.objects[at] = earlier;
    }
    earlier.add(frame);
    frame.numbers[at] = wait;
    return wait;
  }

  /** After the last attempt. */
  @Override
  void giveUp(Frame frame, int at) {
    Earlier earlier = (Earlier) frame.objects[at];
    if (earlier != null) {
      frame.objects[at] = null;
      earlier.conclude(frame);
    }
  }

  private boolean accepts(Frame frame) {
    try {
      return driver.accepts(frame);
    } catch (Throwable fault) {
      faults.report(driver.name(), fault, "no further attempt is made");
      return true;
    }
  }

  private long next(Frame frame, long previousWait) {
    boolean allowed = frame.retryAllowed
        && (frame.verdict() != Verdict.CANCELLED || frame.shareOver || frame.isRefusedInside())
        && frame.isRetryable();
    long wait;
    try {
      wait = driver.afterAttempt(frame, frame.verdict(), previousWait, allowed, frame.now());
    } catch (Throwable fault) {
      faults.report(driver.name(), fault, "no further attempt is made");
      return RetryDriver.STOP;
    }
    if (wait < 0 || (!allowed && !frame.hasSucceeded())) {
      tellDenied(frame, RetryDenial.of(wait));
      return RetryDriver.STOP;
    }
    frame.plan().hearer.retry(frame, wait);
    tellNested(frame);
    return wait;
  }

  /** Two retries, one within the other, over two pipelines; seen where a call is on its thread. */
  private static void tellNested(Frame frame) {
    if (!frame.isAsync()
        && frame.race == null
        && frame.caller.contextAround(frame) instanceof Frame around
        && around.plan().retries()) {
      frame.plan().tellNestedRetry(around.plan());
    }
  }

  /** Why not: what the driver says, or what did not let it decide. */
  private static void tellDenied(Frame frame, @Nullable RetryDenial ofDriver) {
    RetryDenial denial = frame.hasGiven ? RetryDenial.CONDITION : ofDriver;
    if (denial == null && (!frame.retryAllowed || !frame.isRetryable())) {
      denial = RetryDenial.GATE;
    }
    if (denial != null) {
      frame.plan().hearer.retryDenied(frame, denial);
    }
  }

  /** The attempts before the last one. */
  private static final class Earlier {

    private final Deque<Throwable> failures = new ArrayDeque<>();
    private @Nullable Throwable lastReal;
    private Verdict lastRealVerdict = Verdict.FAILURE;

    void add(Frame frame) {
      Throwable failure = frame.failure();
      if (failure == null) {
        return; // retried because of its result
      }
      if (failures.size() == MAX_EARLIER) {
        failures.removeFirst();
      }
      failures.addLast(failure);
      if (frame.verdict().isEvidence()) {
        lastReal = failure;
        lastRealVerdict = frame.verdict();
      }
    }

    /**
     * The caller gets the last real outcome: a refusal, or a deadline that cut a later attempt
     * short, does not hide what the dependency said before. Earlier failures are suppressed in it.
     */
    void conclude(Frame frame) {
      Throwable last = frame.failure();
      if (last == null) {
        return;
      }
      Throwable real = lastReal;
      boolean hidden = !frame.verdict().isEvidence() && last instanceof PipelineException;
      if (hidden && real != null) {
        failures.addLast(last);
        frame.end(lastRealVerdict, real);
        last = real;
      }
      for (Throwable earlier : failures) {
        Failures.suppress(last, earlier);
      }
    }
  }
}
