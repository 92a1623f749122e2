package dev.evenkeel.testkit;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call as a gate sees it, for tests that drive a gate by hand. Its random numbers are seeded or
 * given. Not thread-safe.
 */
public final class ScriptedCall implements CallView {

  private final LongSupplier random;
  private @Nullable Object result;
  private @Nullable Throwable failure;
  private long startedNanos;

  /**
   * Creates a call.
   *
   * @param seed of its random numbers
   */
  public ScriptedCall(long seed) {
    this(new SplittableRandom(seed)::nextLong);
  }

  private ScriptedCall(LongSupplier random) {
    this.random = random;
  }

  /**
   * A call that always draws the same: what a gate decides by chance is known then.
   *
   * @param draw what a gate makes of its random number: from 0 to less than 1
   * @return a new call
   * @throws IllegalArgumentException if the draw is out of its range
   */
  public static ScriptedCall drawing(double draw) {
    if (!(draw >= 0 && draw < 1)) {
      throw new IllegalArgumentException("draw: " + draw + " (expected: from 0 to less than 1)");
    }
    long number = (long) (draw * 0x1p53) << 11;
    return new ScriptedCall(() -> number);
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
    return random.getAsLong();
  }
}
