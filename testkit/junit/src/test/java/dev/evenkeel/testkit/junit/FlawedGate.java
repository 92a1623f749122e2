package dev.evenkeel.testkit.junit;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.Verdict;
import java.util.concurrent.ThreadLocalRandom;

/** A small breaker that keeps the contract, but for the one rule it is told to break. */
final class FlawedGate implements StatefulGate {

  enum Flaw {
    NONE,
    IGNORES_EPOCHS,
    COUNTS_REFUSALS_AS_FAILURES,
    PROBE_WITHOUT_LEASE,
    COMPARES_TIMES_DIRECTLY,
    LOCKS_ITSELF_SHUT,
    THROWS_WHEN_ASKED_FOR_A_RETRY,
    OWN_RANDOMNESS,
    LEAVES_A_TIMER,
    ALLOCATES,
    READS_THE_MESSAGE,
    IS_ALWAYS_IDLE
  }

  private static final int FAILURES_TO_OPEN = 20;
  private static final long COOLDOWN = 5_000_000_000L;
  private static final long LEASE = 5_000_000_000L;

  private final Flaw flaw;
  private GateState state = GateState.CLOSED;
  private long epoch = 1;
  private int failures;
  private long untilNanos;
  private boolean begun;
  Object garbage;

  FlawedGate(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public synchronized long admit(CallView call, long nowNanos) {
    if (!begun) {
      begun = true;
      untilNanos = nowNanos;
    }
    if (flaw == Flaw.OWN_RANDOMNESS && ThreadLocalRandom.current().nextInt(100) == 0) {
      return Refusal.of(RefusalReason.OTHER);
    }
    if (state.equals(GateState.CLOSED)) {
      return epoch;
    }
    boolean locked = flaw == Flaw.LOCKS_ITSELF_SHUT;
    if (state.equals(GateState.OPEN) && isReached(nowNanos) && !locked) {
      become(GateState.PROBING);
      untilNanos = nowNanos;
    }
    if (state.equals(GateState.PROBING) && isReached(nowNanos)) {
      untilNanos =
          flaw == Flaw.PROBE_WITHOUT_LEASE ? nowNanos + Long.MAX_VALUE / 2 : nowNanos + LEASE;
      return epoch;
    }
    return Refusal.of(RefusalReason.CIRCUIT_OPEN);
  }

  private boolean isReached(long nowNanos) {
    return flaw == Flaw.COMPARES_TIMES_DIRECTLY
        ? nowNanos >= untilNanos
        : nowNanos - untilNanos >= 0;
  }

  private void become(GateState next) {
    state = next;
    epoch++;
    failures = 0;
  }

  @Override
  public synchronized void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    if (flaw == Flaw.ALLOCATES) {
      garbage = new byte[64];
    }
    if (permit != epoch && flaw != Flaw.IGNORES_EPOCHS) {
      return;
    }
    if (flaw == Flaw.READS_THE_MESSAGE && call.failure() != null) {
      garbage = call.failure().getMessage();
    }
    boolean evidence = verdict.isEvidence() || flaw == Flaw.COUNTS_REFUSALS_AS_FAILURES;
    if (!evidence) {
      if (state.equals(GateState.PROBING)) {
        untilNanos = nowNanos;
      }
      return;
    }
    if (verdict == Verdict.SUCCESS) {
      failures = 0;
      if (state.equals(GateState.PROBING)) {
        become(GateState.CLOSED);
      }
    } else if (state.equals(GateState.PROBING) || ++failures >= FAILURES_TO_OPEN) {
      become(GateState.OPEN);
      untilNanos = nowNanos + COOLDOWN;
    }
  }

  @Override
  public boolean allowsRetry(CallView call, long permit) {
    if (flaw == Flaw.THROWS_WHEN_ASKED_FOR_A_RETRY) {
      throw new IllegalStateException("no idea");
    }
    return true;
  }

  @Override
  public void attach(Attachment attachment) {
    if (flaw == Flaw.LEAVES_A_TIMER) {
      var unused =
          attachment.kernel().schedule(attachment.kernel().nanoTime() + COOLDOWN, () -> {});
    }
  }

  @Override
  public synchronized GateState state() {
    return state;
  }

  @Override
  public synchronized boolean isIdle(long nowNanos) {
    return flaw == Flaw.IS_ALWAYS_IDLE || state.equals(GateState.CLOSED);
  }

  @Override
  public String name() {
    return "flawed";
  }
}
