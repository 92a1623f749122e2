package dev.evenkeel.testkit.junit;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import java.util.concurrent.atomic.AtomicInteger;

/** A limit of 10 that breaks the one rule it is told to. */
final class FlawedLimit implements Gate {

  enum Flaw {
    LEAKS_SUCCESSES,
    LEAKS_TIMEOUTS,
    CHECKS_AND_TAKES_IN_TWO_STEPS,
    IS_ALWAYS_IDLE
  }

  private final Flaw flaw;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger between = new AtomicInteger();

  FlawedLimit(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    int before = inFlight.get();
    if (before >= 10) {
      return Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    }
    if (flaw == Flaw.CHECKS_AND_TAKES_IN_TWO_STEPS && before == 9) {
      meetTheOtherThread();
    }
    inFlight.incrementAndGet();
    return 0;
  }

  /**
   * Holds the last permit between check and take until the other thread has checked too: at most
   * 200 ms, for a thread that is alone.
   */
  private void meetTheOtherThread() {
    between.incrementAndGet();
    long start = System.nanoTime();
    while (between.get() < 2 && System.nanoTime() - start < 200_000_000L) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    boolean leaks = (flaw == Flaw.LEAKS_SUCCESSES && verdict == Verdict.SUCCESS)
        || (flaw == Flaw.LEAKS_TIMEOUTS && verdict == Verdict.TIMEOUT);
    if (!leaks) {
      inFlight.decrementAndGet();
    }
  }

  @Override
  public boolean isIdle(long nowNanos) {
    return flaw == Flaw.IS_ALWAYS_IDLE || inFlight.get() == 0;
  }

  @Override
  public String name() {
    return "flawed-limit";
  }
}
