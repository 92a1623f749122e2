package dev.evenkeel.simulator.restart;

/** What holds the start-up calls back: what is compared. */
public enum RestartCase {
  /** Nothing: every node makes its calls as fast as it can. */
  WITHOUT("no gate"),
  /** The gate alone: nodes begin at random. */
  ALONE("gate, no store"),
  /** The gate with a store: one node after the other. */
  SHARED("gate, with a store"),
  /** The same, and the store is away all the time. */
  STORE_AWAY("gate, its store is away"),
  /** The same, and one in ten of what is asked of the store fails. */
  STORE_LOSSY("gate, its store loses 10 %");

  private final String label;

  RestartCase(String label) {
    this.label = label;
  }

  boolean isShared() {
    return this == SHARED || this == STORE_AWAY || this == STORE_LOSSY;
  }

  /**
   * What it is called.
   *
   * @return for people
   */
  public String label() {
    return label;
  }
}
