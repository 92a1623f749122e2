package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import org.jspecify.annotations.Nullable;

/** A call's first attempt that has just begun, for a gate that is asked without a pipeline. */
final class FirstAttempt implements CallView {

  private final long startedNanos = Kernel.system().nanoTime();

  @Override
  public String pipelineName() {
    return "benchmark";
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
    return null;
  }

  @Override
  public @Nullable Throwable failure() {
    return null;
  }

  @Override
  public long random() {
    return Kernel.system().random();
  }
}
