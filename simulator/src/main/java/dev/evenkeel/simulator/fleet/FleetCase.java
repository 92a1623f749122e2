package dev.evenkeel.simulator.fleet;

import dev.evenkeel.healthcheck.SharedGuard;

/** A fleet and its guard: what is compared. */
public enum FleetCase {
  /** Readiness reads one shared dependency, which dies. */
  SHARED_WITHOUT("one shared dependency dies", "none") {
    @Override
    public FleetResult run(long seed) {
      return new SharedOutage(seed, SharedOutage.NO_GUARD, 1, false).run();
    }
  },
  /** The same with the guard. */
  SHARED_GUARDED("one shared dependency dies", "standard") {
    @Override
    public FleetResult run(long seed) {
      return new SharedOutage(seed, SharedGuard.standard(), 1, false).run();
    }
  },
  /** Readiness reads three shared dependencies, of which one dies. */
  ONE_OF_THREE_WITHOUT("one of three dies", "none") {
    @Override
    public FleetResult run(long seed) {
      return new SharedOutage(seed, SharedOutage.NO_GUARD, 3, false).run();
    }
  },
  /** The same with the guard, which does not know of the others and so waits for its time limit. */
  ONE_OF_THREE_GUARDED("one of three dies", "standard") {
    @Override
    public FleetResult run(long seed) {
      return new SharedOutage(seed, SharedGuard.standard(), 3, false).run();
    }
  },
  /** The same with a signal about the others. */
  ONE_OF_THREE_SIGNAL("one of three dies", "standard, with a fleet signal") {
    @Override
    public FleetResult run(long seed) {
      return new SharedOutage(seed, SharedGuard.standard(), 3, true).run();
    }
  },
  /** One node fails fast. */
  BLACK_HOLE_WITHOUT("one node of ten fails fast", "none") {
    @Override
    public FleetResult run(long seed) {
      return new BlackHole(seed, 1, 1, false, false).run();
    }
  },
  /** The same with the guard. */
  BLACK_HOLE_GUARDED("one node of ten fails fast", "black hole") {
    @Override
    public FleetResult run(long seed) {
      return new BlackHole(seed, 1, 1, true, false).run();
    }
  },
  /** All nodes fail fast, for a reason that no check sees. */
  ALL_FAIL_WITHOUT("all ten fail 6 of 10 fast, unseen", "none") {
    @Override
    public FleetResult run(long seed) {
      return new BlackHole(seed, BlackHole.NODES, 0.6, false, false).run();
    }
  },
  /** The same with the guard, which takes them all for black holes. */
  ALL_FAIL_GUARDED("all ten fail 6 of 10 fast, unseen", "black hole") {
    @Override
    public FleetResult run(long seed) {
      return new BlackHole(seed, BlackHole.NODES, 0.6, true, false).run();
    }
  },
  /** The same with a signal about the others. */
  ALL_FAIL_SIGNAL("all ten fail 6 of 10 fast, unseen", "black hole, with a fleet signal") {
    @Override
    public FleetResult run(long seed) {
      return new BlackHole(seed, BlackHole.NODES, 0.6, true, true).run();
    }
  };

  private final String trouble;
  private final String guard;

  FleetCase(String trouble, String guard) {
    this.trouble = trouble;
    this.guard = guard;
  }

  /**
   * Runs it.
   *
   * @param seed of the run; the same one gives the same requests in every case
   * @return how the users fared
   */
  public abstract FleetResult run(long seed);

  /**
   * What happens.
   *
   * @return for people
   */
  public String trouble() {
    return trouble;
  }

  /**
   * What is there against it.
   *
   * @return for people
   */
  public String guard() {
    return guard;
  }
}
