package dev.evenkeel.examples.snippets;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import java.util.concurrent.atomic.AtomicInteger;

// guide: gate
/** A gate of one's own: at most so many calls at once. */
public final class Turnstile implements Gate {

  private final int places;
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * Creates it.
   *
   * @param places at least 1
   */
  public Turnstile(int places) {
    if (places < 1) {
      throw new IllegalArgumentException("places: " + places + " (expected: at least 1)");
    }
    this.places = places;
  }

  @Override
  public String name() {
    return "turnstile"; // in describe(), errors, logs and metrics
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    for (int now = taken.get(); now < places; now = taken.get()) {
      if (taken.compareAndSet(now, now + 1)) { // checked and taken in one step
        return 0; // a permit; a gate with a state puts the state's number in it
      }
    }
    return Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    taken.decrementAndGet(); // however the call ended, also refused further in
  }

  @Override
  public boolean permitsFollowWork() {
    return true; // an attempt that its caller left behind keeps its place
  }

  @Override
  public boolean readsResults() {
    return false; // costs a few nanoseconds less
  }

  @Override
  public boolean isIdle(long nowNanos) {
    return taken.get() == 0;
  }
}
// end
