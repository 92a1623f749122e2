package dev.evenkeel.testkit;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A call as a gate sees it, for tests that drive a gate by hand. Its random numbers are seeded. Not
 * thread-safe.
 */
public final class ScriptedCall implements CallView {

  private final SplittableRandom random;
  private @Nullable Object result;
  private @Nullable Throwable failure;
  private long startedNanos;

  /**
   * Creates a call.
   *
   * @param seed of its random numbers
   */
  public ScriptedCall(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Says that the attempt begins.
   *
   * @param nanos when
   * @return this
   */
  public ScriptedCall started(long nanos) {
    startedNanos = nanos;
    result = null;
    failure = null;
    return this;
  }

  /**
   * Says that the attempt succeeded.
   *
   * @param value with what
   * @return this
   */
  public ScriptedCall succeeded(@Nullable Object value) {
    result = value;
    failure = null;
    return this;
  }

  /**
   * Says that the attempt failed.
   *
   * @param cause with what
   * @return this
   */
  public ScriptedCall failed(Throwable cause) {
    result = null;
    failure = cause;
    return this;
  }

  @Override
  public String pipelineName() {
    return "scripted";
  }

  @Override
  public @Nullable String key() {
    return null;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public long startedNanos() {
    return startedNanos;
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return Long.MAX_VALUE;
  }

  @Override
  public Criticality criticality() {
    return Criticality.CRITICAL;
  }

  @Override
  public @Nullable Object result() {
    return result;
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public long random() {
    return random.nextLong();
  }
}
