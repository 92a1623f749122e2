package dev.evenkeel.circuitbreaker;

/** What the end of a call says about the dependency. */
enum Evidence {
  /** It answered as it should. */
  GOOD,
  /** It failed. */
  BAD,
  /**
   * It answered, with what the configuration ignores: it is there, and the window counts it not.
   */
  IGNORED,
  /** The call was given up or never made. */
  NONE
}
