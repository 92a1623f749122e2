package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Gate} and a {@link PipelineListener} can see of a call. It is the engine's own
 * record of the call, shown read-only and reused: do not keep it beyond the method that got it.
 */
public interface CallView {

  /**
   * The pipeline's name.
   *
   * @return the name
   */
  String pipelineName();

  /**
   * The endpoint, shard or zone this call goes to, see {@link Pipeline#forKey}.
   *
   * @return the key; null if the pipeline has none
   */
  @Nullable String key();

  /**
   * The number of this attempt.
   *
   * @return 1 for the first
   */
  int attempt();

  /**
   * When this attempt began.
   *
   * @return nanoseconds on the kernel's monotonic clock
   */
  long startedNanos();

  /**
   * The time left until the call's deadline.
   *
   * @param nowNanos the present time on the kernel's monotonic clock
   * @return nanoseconds, 0 or less if it has passed, {@link Long#MAX_VALUE} if there is none
   */
  long remainingNanos(long nowNanos);

  /**
   * The criticality of the call.
   *
   * @return who may be refused first
   */
  Criticality criticality();

  /**
   * The result, once the call ended with {@link Verdict#SUCCESS}.
   *
   * @return the result; null before that, or if the result is null
   */
  @Nullable Object result();

  /**
   * The failure, once the call ended with another verdict.
   *
   * @return the failure; null before that
   */
  @Nullable Throwable failure();

  /**
   * Draws a random number from the kernel.
   *
   * @return 64 uniformly distributed bits
   */
  long random();
}
