package dev.evenkeel.failback;

/** A start-up call that waits to be let through. */
final class StartWaiter {

  private enum Outcome {
    WAITS,
    GRANTED,
    CLOSED
  }

  private final Runnable wake;
  private volatile Outcome outcome = Outcome.WAITS;

  /**
   * Creates one.
   *
   * @param wake called once when it is over, under no lock; neither blocks nor throws
   */
  StartWaiter(Runnable wake) {
    this.wake = wake;
  }

  boolean isOver() {
    return outcome != Outcome.WAITS;
  }

  boolean isGranted() {
    return outcome == Outcome.GRANTED;
  }

  void grant() {
    outcome = Outcome.GRANTED;
  }

  void close() {
    outcome = Outcome.CLOSED;
  }

  void wake() {
    wake.run();
  }
}
