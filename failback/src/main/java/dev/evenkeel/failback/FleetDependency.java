package dev.evenkeel.failback;

import dev.evenkeel.core.Attachment;

/**
 * One dependency as a fleet of processes shares it, so that all of them come back as one.
 * Implemented by {@code evenkeel-fleet}; a breaker joins when it is put into a pipeline and leaves
 * with the last one. Thread-safe.
 */
public interface FleetDependency {

  /**
   * A member takes part from now on.
   *
   * @param member asked and told, on a thread that may block, never on a call's
   * @param attachment where it is: its kernel, its key and whether it is logged
   * @return what the member knows of the others
   */
  FleetMembership join(FleetMember member, Attachment attachment);
}
