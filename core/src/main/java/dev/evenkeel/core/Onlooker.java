package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** Stands for a call when a gate is asked how long it will refuse; no call is made. */
record Onlooker(String pipelineName, Kernel kernel) implements CallView {

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
    return kernel.nanoTime();
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
    return kernel.random();
  }
}
