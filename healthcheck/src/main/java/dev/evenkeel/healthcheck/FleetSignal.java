package dev.evenkeel.healthcheck;

/**
 * Tells how the rest of the fleet is doing, so that an instance can tell its own trouble from
 * everyone's. It is asked on a check's thread, under its time limit, after the check has failed.
 */
@FunctionalInterface
public interface FleetSignal {

  /**
   * The share of the other instances for which the same check fails.
   *
   * @param check the check's name
   * @return 0 to 1; NaN if it is not known
   * @throws Exception if it cannot be found out: as not known
   */
  double shareFailing(String check) throws Exception;
}
