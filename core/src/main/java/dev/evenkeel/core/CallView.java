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
   * How many calls this one stands for. Of the calls that a {@link TimelessGate} would let through
   * without the time, the engine shows it some with the time all the same, as a sample.
   *
   * @return the number of calls in each of which there is one such sample; 1 if this call is none
   */
  default int weight() {
    return 1;
  }

  /**
   * The number of this attempt.
   *
   * @return 1 for the first
   */
  int attempt();

  /**
   * Which one of several attempts side by side this is, see {@code Hedge} of
   * {@code evenkeel-retry}; in {@link PipelineListener#onCallEnd} the one whose outcome the caller
   * got.
   *
   * @return 0 for the first, 1 for the first hedge
   */
  default int hedge() {
    return 0;
  }

  /**
   * The key by which the dependency recognises a repeated call.
   *
   * @return null if there is none
   */
  default @Nullable String idempotencyKey() {
    return null;
  }

  /**
   * When this attempt began; if it had to wait in a {@link WaitingGate}, when that wait was over.
   * On the way out it is later by what this process stood still meanwhile, see {@link Standstill},
   * so that the time since then is the dependency's latency.
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
   * The failure that users' conditions are asked about: {@link #failure}, or its cause where a
   * {@code CompletionException} or an {@code ExecutionException} has wrapped it, one level.
   *
   * @return the failure; null before the call has failed
   */
  default @Nullable Throwable unwrappedFailure() {
    Throwable failure = failure();
    return failure == null ? null : Failures.unwrap(failure);
  }

  /**
   * Draws a random number from the kernel.
   *
   * @return 64 uniformly distributed bits
   */
  long random();

  /**
   * A view of no call: for asking a gate something from outside of one, such as
   * {@link TimelessGate#retryAfterNanos}. Its permit, if it gets any, is to be settled as any
   * other.
   *
   * @param pipelineName the name of the pipeline that it is asked for
   * @param kernel the pipeline's kernel
   * @return a first attempt that begins now, {@link Criticality#CRITICAL}, without deadline and key
   */
  static CallView ofNobody(String pipelineName, Kernel kernel) {
    return new Onlooker(
        Checks.notNull("pipelineName", pipelineName), Checks.notNull("kernel", kernel));
  }
}
