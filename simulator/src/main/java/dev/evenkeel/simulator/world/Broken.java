package dev.evenkeel.simulator.world;

/**
 * A promise that did not hold.
 *
 * @param promise which
 * @param figures what was measured, and what was promised
 * @param excess by how much it was missed, over what was allowed; for sorting
 */
public record Broken(Promise promise, String figures, double excess) {

  /** What is promised; {@code docs/worlds.md} defines each. */
  public enum Promise {
    /** All calls of each process are let through in time. */
    ALL_ADMITTED("liveness: not all admitted"),
    /** Each breaker closes in time. */
    CLOSED("liveness: not closed"),
    /** No more calls are lost than with Resilience4j's own way back. */
    LOSES_NO_MORE("loses more than without failback"),
    /** There are no more relapses than with it. */
    NO_MORE_RELAPSES("more relapses than without failback");

    private final String text;

    Promise(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
