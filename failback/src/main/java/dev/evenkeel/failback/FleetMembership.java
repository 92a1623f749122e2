package dev.evenkeel.failback;

/**
 * What a member knows of the others. Thread-safe; nothing here waits for anybody, so that it may be
 * asked on the way of a call and under a lock.
 */
public interface FleetMembership {

  /**
   * What the fleet does.
   *
   * @return the latest that is known; it may have run out, see {@link FleetView#at}
   */
  FleetView view();

  /** Something happened to the member that the others should hear soon. */
  void changed();

  /** The member takes no part any more. */
  void leave();
}
