package dev.evenkeel.simulator.backlog;

/** What is compared: how A takes its backlog. */
public enum BacklogCase {
  /** As fast as it can. */
  WITHOUT("none", false, false, false, false),
  /** As fast as it can, with a breaker around its calls of B. */
  BREAKER("a breaker", true, false, false, false),
  /** What the breaker lets through. */
  PACED("a breaker and pacing", true, true, false, false),
  /** The same, beginning with a probe and a ramp. */
  REJOINING("a breaker, pacing, and a ramp from the return on", true, true, true, false),
  /** The same, and B refuses old work before new. */
  SHEDDING("the same, and B sheds old work first", true, true, true, true);

  private final String protection;
  private final boolean breaker;
  private final boolean paced;
  private final boolean rejoining;
  private final boolean shedding;

  BacklogCase(
      String protection, boolean breaker, boolean paced, boolean rejoining, boolean shedding) {
    this.protection = protection;
    this.breaker = breaker;
    this.paced = paced;
    this.rejoining = rejoining;
    this.shedding = shedding;
  }

  /**
   * Runs it.
   *
   * @param seed of the run
   * @return how B fared
   */
  public BacklogResult run(long seed) {
    return new Backlog(seed, breaker, paced, rejoining, shedding).run();
  }

  /**
   * What A has.
   *
   * @return for people
   */
  public String protection() {
    return protection;
  }
}
