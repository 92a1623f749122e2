package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import org.jspecify.annotations.Nullable;

/** A call whose draw is known: a number from 0 to less than 1. */
record DrawnCall(double draw) implements CallView {

  @Override
  public long random() {
    return (long) (draw * 0x1p53) << 11;
  }

  @Override
  public String pipelineName() {
    return "drawn";
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
    return 0;
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
}
