package dev.evenkeel.failback;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import org.jspecify.annotations.Nullable;

/** A call that stands for 64. */
record SampleOf64(CallView of) implements CallView {

  @Override
  public int weight() {
    return 64;
  }

  @Override
  public String pipelineName() {
    return of.pipelineName();
  }

  @Override
  public @Nullable String key() {
    return of.key();
  }

  @Override
  public int attempt() {
    return of.attempt();
  }

  @Override
  public long startedNanos() {
    return of.startedNanos();
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return of.remainingNanos(nowNanos);
  }

  @Override
  public Criticality criticality() {
    return of.criticality();
  }

  @Override
  public @Nullable Object result() {
    return of.result();
  }

  @Override
  public @Nullable Throwable failure() {
    return of.failure();
  }

  @Override
  public long random() {
    return of.random();
  }
}
