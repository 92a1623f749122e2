package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import org.jspecify.annotations.Nullable;

/** A call as the policies see it; one object for all calls, as only one is looked at at a time. */
final class SimCall implements CallView {

  int attempt;
  int weight = 1;
  long startedNanos;

  @Nullable Object result;

  @Nullable Throwable failure;

  private final Chance[] chances;
  private int client;

  private long remainingNanos = Long.MAX_VALUE;

  SimCall(Chance[] chances) {
    this.chances = chances;
  }

  void show(int newClient, int newAttempt, int newWeight, long newStartedNanos) {
    weight = newWeight;
    client = newClient;
    attempt = newAttempt;
    startedNanos = newStartedNanos;
    result = null;
    failure = null;
    remainingNanos = Long.MAX_VALUE;
  }

  void remaining(long nanos) {
    remainingNanos = nanos;
  }

  @Override
  public String pipelineName() {
    return "simulated";
  }

  @Override
  public @Nullable String key() {
    return null;
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public long startedNanos() {
    return startedNanos;
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return remainingNanos;
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
    return chances[client].bits();
  }
}
