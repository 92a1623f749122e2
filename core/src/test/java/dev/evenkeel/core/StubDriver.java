package dev.evenkeel.core;

/** Asks for another attempt until there were enough; waits a millisecond before each. */
final class StubDriver implements RetryDriver {

  static final long WAIT_NANOS = 1_000_000;

  private final int maxAttempts;
  private final boolean splitsDeadline;
  boolean faulty;

  StubDriver(int maxAttempts) {
    this(maxAttempts, false);
  }

  StubDriver(int maxAttempts, boolean splitsDeadline) {
    this.maxAttempts = maxAttempts;
    this.splitsDeadline = splitsDeadline;
  }

  @Override
  public boolean splitsDeadline() {
    return splitsDeadline;
  }

  @Override
  public int maxAttempts() {
    return maxAttempts;
  }

  @Override
  public boolean readsResults() {
    return false;
  }

  @Override
  public boolean accepts(CallView call) {
    if (faulty) {
      throw new AssertionError("a faulty predicate");
    }
    return true;
  }

  @Override
  public long afterAttempt(
      CallView call, Verdict verdict, long previousWaitNanos, boolean retryAllowed, long nowNanos) {
    if (faulty) {
      throw new AssertionError("a faulty predicate");
    }
    return verdict != Verdict.SUCCESS && call.attempt() < maxAttempts ? WAIT_NANOS : STOP;
  }

  @Override
  public String name() {
    return "stub-retry";
  }

  @Override
  public String toString() {
    return name() + "(" + maxAttempts + ")";
  }
}
