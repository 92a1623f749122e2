package dev.evenkeel.healthcheck;

/**
 * Hears when a check's state changes. Called on a worker thread, one change at a time; what it
 * throws is logged once and goes no further.
 */
@FunctionalInterface
public interface HealthListener {

  /**
   * A check has settled on another state.
   *
   * @param change what changed
   */
  void onChange(StatusChange change);
}
