package dev.evenkeel.reactor;

import dev.evenkeel.core.AsyncAdapter;
import dev.evenkeel.core.AsyncCalls;
import dev.evenkeel.core.AttemptEnd;
import dev.evenkeel.core.CallHandle;
import dev.evenkeel.core.CallSink;
import dev.evenkeel.core.CallView;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Calls whose attempts are subscriptions to a {@code Mono}. */
final class MonoAdapter implements AsyncAdapter<MonoCall<?>, MonoAttempt> {

  static final MonoAdapter INSTANCE = new MonoAdapter();

  private MonoAdapter() {}

  @Override
  public MonoAttempt start(MonoCall<?> call, CallView view) {
    Mono<?> source = call.source(view.pipelineName());
    MonoAttempt attempt =
        new MonoAttempt(call.pipeline(), call.currentContext(), AsyncCalls.context(view));
    if (call.begins(attempt)) {
      source.subscribe(attempt);
    }
    return attempt;
  }

  @Override
  public boolean isComplete(MonoAttempt attempt) {
    return attempt.isComplete();
  }

  @Override
  public @Nullable Object result(MonoAttempt attempt) throws Throwable {
    return attempt.result();
  }

  @Override
  public void follow(MonoAttempt attempt, AttemptEnd end) {
    attempt.follow(end);
  }

  @Override
  public void cancel(MonoAttempt attempt) {
    attempt.cancel();
  }

  @Override
  public boolean isReactive() {
    return true;
  }

  @Override
  public CallSink sink(MonoCall<?> call, @Nullable CallHandle suspended) {
    call.suspended(suspended);
    return call;
  }
}
