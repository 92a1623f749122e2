package dev.evenkeel.fleet;

import dev.evenkeel.failback.FleetView;

/**
 * What the shared record says.
 *
 * @param kind what the fleet does
 * @param round counts outages
 * @param term counts who leads; one that is lower than one that was seen is of a store that went
 *     back in time
 * @param leader who wrote it; "-" for nobody, when it leads no longer
 * @param members how many there are
 * @param probability with which a call is admitted
 * @param multiple of the calls in flight in healthy times; 0 on a ramp that each goes by itself
 * @param trial counts what the ramp tries
 * @param latencyNanos of healthy times
 * @param nowNanos latency of now
 * @param waitNanos between two probes of one member; on a ramp, within which they begin
 * @param relapses since the fleet was closed
 */
record SharedState(
    FleetView.Kind kind,
    long round,
    long term,
    String leader,
    long members,
    double probability,
    double multiple,
    long trial,
    double latencyNanos,
    double nowNanos,
    long waitNanos,
    long relapses) {

  private static final String FORMAT = "s1";
  private static final int WORDS = 13;
  static final String NOBODY = "-";

  static final SharedState NEW =
      new SharedState(FleetView.Kind.CLOSED, 0, 0, NOBODY, 1, 1, 1, 0, 0, 0, 0, 0);

  String text() {
    return String.join(
        " ",
        FORMAT,
        kind.name(),
        Long.toString(round),
        Long.toString(term),
        leader,
        Long.toString(members),
        Double.toString(probability),
        Double.toString(multiple),
        Long.toString(trial),
        Double.toString(latencyNanos),
        Double.toString(nowNanos),
        Long.toString(waitNanos),
        Long.toString(relapses));
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it is not what {@link #text} writes
   */
  static SharedState of(String text) {
    Words words = new Words(text, FORMAT, WORDS);
    SharedState state = new SharedState(
        words.constant(FleetView.Kind.class),
        words.count(),
        words.count(),
        words.word(),
        words.count(),
        words.share(),
        words.number(),
        words.count(),
        words.number(),
        words.number(),
        words.count(),
        words.count());
    if (state.kind == FleetView.Kind.ALONE) {
      throw new IllegalArgumentException("record: ALONE (expected: CLOSED, OPEN or RAMPING)");
    }
    return state;
  }

  SharedState by(String newLeader, long newTerm, long newMembers) {
    return new SharedState(
        kind,
        round,
        newTerm,
        newLeader,
        newMembers,
        probability,
        multiple,
        trial,
        latencyNanos,
        nowNanos,
        waitNanos,
        relapses);
  }

  SharedState closed() {
    return new SharedState(
        FleetView.Kind.CLOSED, round, term, leader, members, 1, 1, trial, latencyNanos, 0, 0, 0);
  }

  SharedState open(long newRelapses, long newWaitNanos, double newLatencyNanos) {
    return new SharedState(
        FleetView.Kind.OPEN,
        newRelapses == relapses && kind == FleetView.Kind.OPEN ? round : round + 1,
        term,
        leader,
        members,
        0,
        0,
        trial,
        newLatencyNanos,
        0,
        newWaitNanos,
        newRelapses);
  }

  /** The dependency is back, and each member ramps by itself. */
  SharedState eachAlone(long withinNanos) {
    return new SharedState(
        FleetView.Kind.RAMPING,
        round,
        term,
        leader,
        members,
        1,
        0,
        trial,
        latencyNanos,
        0,
        withinNanos,
        relapses);
  }

  boolean isEachAlone() {
    return kind == FleetView.Kind.RAMPING && multiple == 0;
  }

  SharedState ramping(
      double newProbability,
      double newMultiple,
      long newTrial,
      double newLatencyNanos,
      double newNowNanos) {
    return new SharedState(
        FleetView.Kind.RAMPING,
        round,
        term,
        leader,
        members,
        newProbability,
        newMultiple,
        newTrial,
        newLatencyNanos,
        newNowNanos,
        0,
        relapses);
  }

  FleetView view(long version, long untilNanos) {
    return new FleetView(
        kind, round, probability, multiple, trial, latencyNanos, waitNanos, version, untilNanos);
  }
}
