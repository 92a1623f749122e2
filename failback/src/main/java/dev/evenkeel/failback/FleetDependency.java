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

  /**
   * Tries once to take the next turn to start, so that members that start together do so one after
   * the other. Asked on a thread that may block, for {@link Rejoin}; a turn that is not used is
   * lost.
   *
   * @param lengthNanos how long the turn lasts; more than 0
   * @param longestNanos no turn is taken that would begin later than that; 0 or more
   * @param random a random number
   * @return nanoseconds until the turn begins; more than the longest if none was taken; -1 if
   *     another member was quicker, and it makes sense to try again
   * @throws Exception if the members cannot be asked now
   */
  default long turn(long lengthNanos, long longestNanos, long random) throws Exception {
    throw new UnsupportedOperationException("turn: not with this fleet");
  }
}
