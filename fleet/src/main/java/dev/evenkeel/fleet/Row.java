package dev.evenkeel.fleet;

import dev.evenkeel.core.GateState;
import dev.evenkeel.failback.MemberReport;

/** A report that could be read. Its counts of successes and failures are those of late. */
record Row(String member, long ageNanos, MemberReport report) {

  boolean isOpen() {
    return report.kind() == GateState.Kind.OPEN || report.kind() == GateState.Kind.PROBING;
  }

  boolean isRamping() {
    return report.kind() == GateState.Kind.RAMPING;
  }

  boolean isFollowing(long round) {
    return isRamping() && report.round() == round;
  }

  /** Whether it cannot reach the dependency; of one with no calls nobody knows. */
  boolean isAway() {
    return isOpen()
        || isRamping()
        || (report.kind() == GateState.Kind.CLOSED
            && report.bad() > report.good()
            && report.bad() > 1);
  }

  boolean isWell() {
    return report.kind() == GateState.Kind.CLOSED && report.good() > 0 && !isAway();
  }
}
