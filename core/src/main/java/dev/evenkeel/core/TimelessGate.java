package dev.evenkeel.core;

/**
 * A gate that mostly does not need to know the time, and so can spare a call the reading of the
 * clock, which on many machines costs more than all the rest. The engine tries these methods first
 * where it does not know the time anyway; for one call of each thread in a few dozen it does not,
 * so that a gate which counts calls and measures latencies gets its samples, see
 * {@link CallView#weight()}.
 *
 * <p>The contract is that of {@link Gate}, whose {@code admit} and {@code settle} must do the same.
 */
public interface TimelessGate extends Gate {

  /** The answer of a gate that must know the time to decide. */
  long NEEDS_TIME = Long.MIN_VALUE;

  /**
   * As {@link #admit}, without the time.
   *
   * @param call what is known of the call; valid during this method only
   * @return a permit of 0 or more; a refusal made by {@link Refusal#of}; or {@link #NEEDS_TIME},
   *     without any effect
   */
  long admitTimeless(CallView call);

  /**
   * When to try again, for a refusal of {@link #admitTimeless} that did not say so. Asked only if
   * somebody wants to see the refusal's exception.
   *
   * @param call what is known of the call; valid during this method only
   * @param nowNanos the present time
   * @return nanoseconds from now; 0 if unknown
   */
  default long retryAfterNanos(CallView call, long nowNanos) {
    return 0;
  }

  /**
   * As {@link #settle} for a {@link Verdict#SUCCESS}, without the time.
   *
   * @param call what is known of the call; valid during this method only
   * @param permit what was admitted
   * @return false if the time is needed, without any effect
   */
  boolean settleTimeless(CallView call, long permit);
}
