package dev.evenkeel.healthcheck;

/**
 * Looks at one thing. Runs on a thread of its own pool, one run at a time, and is interrupted when
 * its time limit is over.
 */
@FunctionalInterface
public interface HealthCheck {

  /**
   * Looks.
   *
   * @return what it saw; never null
   * @throws Exception if it does not work: the check is then DOWN, with this as the cause
   */
  CheckResult check() throws Exception;
}
