package dev.evenkeel.healthcheck;

/** Whose fault it is when a check fails, and so what may follow from it. */
public enum CheckKind {
  /**
   * This process alone: its disk, its threads, its memory. Another instance can take over, so it
   * may flip readiness, and liveness if asked for.
   */
  LOCAL,
  /**
   * What the whole fleet depends on. Every instance sees the same outage, and taking all of them
   * out helps nobody: it degrades, and flips readiness only if opted in and past the
   * {@link SharedGuard}.
   */
  SHARED,
  /** What can be missing. It degrades, and never more than that. */
  OPTIONAL
}
