package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import java.util.SplittableRandom;

/** A call as a gate sees it, for tests that drive the gate by hand. */
final class StubCall implements CallView {

  private final SplittableRandom random;
  Object result;
  Throwable failure;
  long startedNanos;

  StubCall(long seed) {
    random = new SplittableRandom(seed);
  }

  StubCall succeeded(Object value) {
    result = value;
    failure = null;
    return this;
  }

  StubCall failed(Throwable cause) {
    result = null;
    failure = cause;
    return this;
  }

  StubCall started(long nanos) {
    startedNanos = nanos;
    return this;
  }

  @Override
  public String pipelineName() {
    return "stub";
  }

  @Override
  public String key() {
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
  public Object result() {
    return result;
  }

  @Override
  public Throwable failure() {
    return failure;
  }

  @Override
  public long random() {
    return random.nextLong();
  }
}
