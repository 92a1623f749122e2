package dev.evenkeel.examples.comeback;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** What is written when nobody thinks about it: fails, wait half a second, again. */
final class ThreeAttempts implements Protection {

  private static final int MAX_ATTEMPTS = 3;
  private static final long WAIT_MILLIS = 500;

  private final ScheduledExecutorService timer;

  ThreeAttempts(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  @Override
  public CompletionStage<Integer> call(Supplier<CompletionStage<Integer>> attempt) {
    CompletableFuture<Integer> outcome = new CompletableFuture<>();
    start(1, attempt, outcome);
    return outcome;
  }

  private void start(
      int number, Supplier<CompletionStage<Integer>> attempt, CompletableFuture<Integer> outcome) {
    attempt.get().whenComplete((status, failure) -> {
      if (failure == null) {
        outcome.complete(status);
      } else if (number == MAX_ATTEMPTS) {
        outcome.completeExceptionally(failure);
      } else {
        var unused =
            timer.schedule(() -> start(number + 1, attempt, outcome), WAIT_MILLIS, MILLISECONDS);
      }
    });
  }
}
