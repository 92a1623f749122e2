package dev.evenkeel.reactor;

import dev.evenkeel.core.AsyncCalls;
import dev.evenkeel.core.AttemptEnd;
import dev.evenkeel.core.CallHandle;
import dev.evenkeel.core.CallSink;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.StreamAdapter;
import dev.evenkeel.core.StreamSignals;
import org.jspecify.annotations.Nullable;

/** Calls whose attempts are subscriptions to a stream. */
final class FluxAdapter implements StreamAdapter<FluxCall<?>, FluxAttempt<?>> {

  static final FluxAdapter INSTANCE = new FluxAdapter();

  private FluxAdapter() {}

  @Override
  public FluxAttempt<?> start(FluxCall<?> call, CallView view) {
    return call.attempt(view.pipelineName(), AsyncCalls.context(view));
  }

  @Override
  public void begin(FluxAttempt<?> attempt, StreamSignals signals) {
    attempt.begin(signals);
  }

  @Override
  public boolean isAsked(FluxCall<?> call) {
    return call.isAsked();
  }

  @Override
  public boolean mayRestart(FluxCall<?> call) {
    return call.mayRestart();
  }

  @Override
  public boolean isComplete(FluxAttempt<?> attempt) {
    return false;
  }

  @Override
  public @Nullable Object result(FluxAttempt<?> attempt) {
    throw new AssertionError("a stream is never complete at once");
  }

  @Override
  public void follow(FluxAttempt<?> attempt, AttemptEnd end) {
    throw new AssertionError("a stream is begun");
  }

  @Override
  public void cancel(FluxAttempt<?> attempt) {
    attempt.cancel();
  }

  @Override
  public boolean isReactive() {
    return true;
  }

  @Override
  public CallSink sink(FluxCall<?> call, @Nullable CallHandle suspended) {
    call.suspended(suspended);
    return call;
  }
}
