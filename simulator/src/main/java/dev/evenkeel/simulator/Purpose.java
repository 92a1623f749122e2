package dev.evenkeel.simulator;

/** What a stream of random numbers is for. */
final class Purpose {

  static final int ARRIVALS = 1;
  static final int USERS = 2;
  static final int SERVER = 3;
  static final int POLICY = 4;
  static final int BASELINE = 5;
  static final int FAULTS = 6;
  static final int PROCESSES = 7;

  private Purpose() {}
}
