package dev.evenkeel.fleet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process does, which has no time of its own to move by hand. */
final class Await {

  private Await() {}

  static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, condition, () -> {});
  }

  /**
   * Waits.
   *
   * @param what is waited for, for people
   * @param condition asked again and again
   * @param meanwhile what has to hold all the time
   */
  static void until(String what, Callable<Boolean> condition, Runnable meanwhile) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.call()) {
      meanwhile.run();
      assertThat(System.nanoTime() - end).as("two minutes of waiting: %s", what).isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
