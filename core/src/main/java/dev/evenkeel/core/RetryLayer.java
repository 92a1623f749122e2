package dev.evenkeel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Makes the attempts a driver asks for, and waits between them. */
final class RetryLayer extends Layer {

  private static final int MAX_EARLIER = 8;

  private final Driver driver;
  private final Layer inner;
  private final Faults faults;

  RetryLayer(Driver driver, Layer inner, Faults faults) {
    this.driver = driver;
    this.inner = inner;
    this.faults = faults;
  }

  @Override
  @Nullable Object call(Frame frame) throws Throwable {
    long wait = 0;
    Earlier earlier = null;
    for (; ; ) {
      Object result = null;
      Throwable failure = null;
      try {
        result = inner.call(frame);
      } catch (Throwable thrown) {
        failure = thrown;
      }
      wait = next(frame, wait);
      if (wait >= 0 && !pause(frame, wait, failure)) {
        wait = Driver.STOP;
      }
      if (wait < 0) {
        if (earlier != null) {
          earlier.conclude(frame);
          failure = frame.failure;
        }
        if (failure != null) {
          throw failure;
        }
        return result;
      }
      if (earlier == null) {
        earlier = new Earlier();
      }
      earlier.add(frame);
      frame.nextAttempt();
    }
  }

  /** Waits; an interrupt from outside ends the waiting and the retrying, and stays set. */
  private static boolean pause(Frame frame, long wait, @Nullable Throwable failure) {
    try {
      frame.pipeline.kernel().sleepUntil(frame.now + wait);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      if (failure != null) {
        Failures.suppress(failure, interrupted);
      }
      return false;
    }
  }

  @Override
  void callAsync(Frame frame, Completion outer) {
    attempt(frame, outer, 0, null);
  }

  private void attempt(Frame frame, Completion outer, long wait, @Nullable Earlier earlier) {
    inner.callAsync(frame, ended -> afterAttempt(ended, outer, wait, earlier));
  }

  private void afterAttempt(
      Frame frame, Completion outer, long previousWait, @Nullable Earlier earlier) {
    long wait = next(frame, previousWait);
    AsyncCall<?> call = Checks.notNull("call", frame.asyncCall);
    if (wait < 0 || call.isAbandoned()) {
      if (earlier != null) {
        earlier.conclude(frame);
      }
      outer.complete(frame);
      return;
    }
    Earlier all = earlier == null ? new Earlier() : earlier;
    all.add(frame);
    call.waitUntil(
        frame.now + wait,
        () -> {
          frame.nextAttempt();
          attempt(frame, outer, wait, all);
        },
        () -> {
          frame.cancelled();
          outer.complete(frame);
        });
  }

  private long next(Frame frame, long previousWait) {
    boolean allowed = frame.retryAllowed
        && frame.verdict != Verdict.CANCELLED
        && !(frame.failure instanceof Error)
        && !(frame.failure instanceof CallRefusedException refused
            && !refused.reason().isRetryable());
    long wait;
    try {
      wait = driver.afterAttempt(frame, frame.verdict, previousWait, allowed, frame.now);
    } catch (Throwable fault) {
      faults.report(driver.name(), fault, "no further attempt is made");
      return Driver.STOP;
    }
    if (wait < 0 || (!allowed && frame.verdict != Verdict.SUCCESS)) {
      return Driver.STOP;
    }
    frame.pipeline.notifyRetry(frame, wait);
    return wait;
  }

  /** The attempts before the last one. */
  private static final class Earlier {

    private final Deque<Throwable> failures = new ArrayDeque<>();
    private @Nullable Throwable lastReal;
    private Verdict lastRealVerdict = Verdict.FAILURE;

    void add(Frame frame) {
      Throwable failure = frame.failure;
      if (failure == null) {
        return; // retried because of its result
      }
      if (failures.size() == MAX_EARLIER) {
        failures.removeFirst();
      }
      failures.addLast(failure);
      if (frame.verdict.isEvidence()) {
        lastReal = failure;
        lastRealVerdict = frame.verdict;
      }
    }

    /**
     * The caller gets the last real outcome: a refusal, or a deadline that cut a later attempt
     * short, does not hide what the dependency said before. Earlier failures are suppressed in it.
     */
    void conclude(Frame frame) {
      Throwable last = frame.failure;
      if (last == null) {
        return;
      }
      Throwable real = lastReal;
      boolean hidden = !frame.verdict.isEvidence() && last instanceof PipelineException;
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
