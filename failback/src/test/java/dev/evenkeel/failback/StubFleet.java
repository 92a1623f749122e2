package dev.evenkeel.failback;

import dev.evenkeel.failback.FleetView.Kind;

/** What the others do is what the test says. */
final class StubFleet implements FleetMembership {

  static final long PROBE_WAIT = 40_000_000_000L;

  private FleetView view = FleetView.ALONE;
  private long version;
  int news;

  /** For the next ten seconds. */
  void does(Kind kind, long round, double probability, long nowNanos) {
    does(kind, round, probability, 0, nowNanos);
  }

  void does(Kind kind, long round, double probability, long trial, long nowNanos) {
    version++;
    view = new FleetView(
        kind, round, probability, 1, trial, 50e6, PROBE_WAIT, version, nowNanos + 10_000_000_000L);
  }

  /** Each member ramps by itself, and begins within so long. */
  void letsEachRamp(long round, long withinNanos, long nowNanos) {
    version++;
    view = new FleetView(
        Kind.RAMPING, round, 1, 0, 0, 50e6, withinNanos, version, nowNanos + 10_000_000_000L);
  }

  @Override
  public FleetView view() {
    return view;
  }

  @Override
  public void changed() {
    news++;
  }

  @Override
  public void leave() {}
}
