package dev.evenkeel.failback;

import java.util.function.Consumer;

/** A start-up call that waits to be let through. */
final class StartWaiter {

  private enum Outcome {
    WAITS,
    GRANTED,
    CLOSED
  }

  private final Consumer<StartWaiter> wake;
  private volatile Outcome outcome = Outcome.WAITS;

  /**
   * Creates one.
   *
   * @param wake told once when it is over, unless it is from the beginning; under no lock, must
   *     neither block nor throw
   */
  StartWaiter(Consumer<StartWaiter> wake) {
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
    wake.accept(this);
  }
}
