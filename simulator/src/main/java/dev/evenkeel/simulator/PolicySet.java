package dev.evenkeel.simulator;

/** What protects the processes of a run. */
interface PolicySet {

  /** For one process and one server, without any memory. */
  Member member(Surroundings world, int client, int shard);

  /** Whether it goes by the monotonic clock of its process alone. */
  boolean hasMonotonicClock();

  /** How long a call with all its attempts may take, in nanoseconds. */
  default long totalNanos() {
    return Long.MAX_VALUE;
  }
}
