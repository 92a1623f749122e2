package dev.evenkeel.core;

/**
 * A listener that counts. Of a call that succeeds at its first attempt it hears once, when the call
 * ends, and not of the attempt and the call: most calls are such, and to count is most of what
 * hearing of them costs.
 *
 * <p>Internal: for {@code evenkeel-micrometer}; it may change in any version.
 */
public interface CallTally extends PipelineListener {

  /**
   * A call ended whose first attempt succeeded, with none after it or beside it. Told instead of
   * {@link #onAttemptEnd} and {@link #onCallEnd}, whose verdict would be {@link Verdict#SUCCESS} in
   * both.
   *
   * @param call the call
   * @param durationNanos as for {@link #onCallEnd}
   */
  void onPlainCall(CallView call, long durationNanos);
}
