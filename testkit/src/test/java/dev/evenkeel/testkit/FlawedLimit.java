package dev.evenkeel.testkit;

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
    if (inFlight.get() >= 10) {
      return Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    }
    if (flaw == Flaw.CHECKS_AND_TAKES_IN_TWO_STEPS) {
      meetTheOtherThread();
    }
    inFlight.incrementAndGet();
    return 0;
  }

  /** Makes the gap between check and take wide enough for the other thread, for a bounded time. */
  private void meetTheOtherThread() {
    int arrived = between.incrementAndGet();
    for (int i = 0; i < 20_000 && between.get() == arrived && arrived % 2 == 1; i++) {
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
