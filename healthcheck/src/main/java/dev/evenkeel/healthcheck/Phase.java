package dev.evenkeel.healthcheck;

/** Where a process is in its life. */
public enum Phase {
  /** Not yet started: neither {@link Group#STARTED} nor {@link Group#READY} is UP. */
  STARTING,
  /** Started. */
  RUNNING,
  /** About to end: {@link Group#READY} is DOWN, so that no more traffic comes; all else goes on. */
  DRAINING,
  /** Closed: no check runs any more. */
  STOPPED
}
