package dev.evenkeel.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls whose attempts are stages and whose outcome is a future. */
final class StageAdapter
    implements AsyncAdapter<Supplier<? extends @Nullable CompletionStage<?>>, CompletionStage<?>> {

  static final StageAdapter INSTANCE = new StageAdapter();

  private StageAdapter() {}

  @Override
  public @Nullable CompletionStage<?> start(
      Supplier<? extends @Nullable CompletionStage<?>> call, CallView attempt) {
    CompletionStage<?> stage = call.get();
    if (stage == null) {
      throw new NullPointerException(
          attempt.pipelineName() + ": the call returned null (expected: a CompletionStage)");
    }
    return stage;
  }

  @Override
  public boolean isComplete(CompletionStage<?> stage) {
    return stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isDone();
  }

  @Override
  public @Nullable Object result(CompletionStage<?> complete) {
    return ((CompletableFuture<?>) complete).getNow(null);
  }

  @Override
  public void follow(CompletionStage<?> stage, AttemptEnd end) {
    stage.whenComplete(end::end);
  }

  @Override
  public void cancel(CompletionStage<?> stage) {
    if (stage instanceof Future<?> source) {
      try {
        source.cancel(true);
      } catch (UnsupportedOperationException minimalStage) {
        // Nothing to cancel it with, as for a stage that is no Future.
      }
    }
  }

  @Override
  public boolean isReactive() {
    return false;
  }

  @Override
  public CallSink sink(
      Supplier<? extends @Nullable CompletionStage<?>> call, @Nullable CallHandle handle) {
    return new CallFuture<>(Checks.notNull("handle", handle));
  }
}
