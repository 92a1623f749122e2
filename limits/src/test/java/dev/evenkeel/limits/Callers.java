package dev.evenkeel.limits;

import dev.evenkeel.core.Pipeline;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Callers who call again and again, each when its last call has ended and it has thought for a
 * while: a dependency without any bound, in virtual time.
 */
final class Callers {

  /** How one call goes. */
  record Answer(long afterNanos, Exception failure) {

    /** One that never comes. */
    static final Answer NONE = new Answer(-1, null);

    static Answer afterMillis(long millis) {
      return new Answer(millis * 1_000_000, null);
    }
  }

  private final FreezingKernel kernel;
  private final Pipeline pipeline;
  private final long thinkNanos;
  private final long refusedNanos;
  private Supplier<Answer> dependency;
  private int wanted;
  private int busy;
  int asked;
  int served;
  int refused;

  Callers(FreezingKernel kernel, Pipeline pipeline, long thinkMillis, long refusedMillis) {
    this.kernel = kernel;
    this.pipeline = pipeline;
    thinkNanos = thinkMillis * 1_000_000;
    refusedNanos = refusedMillis * 1_000_000;
  }

  void ask(int callers, Supplier<Answer> newDependency) {
    dependency = newDependency;
    wanted = callers;
    while (busy < wanted) {
      busy++;
      begin();
    }
  }

  void forget() {
    asked = 0;
    served = 0;
    refused = 0;
  }

  private void begin() {
    if (busy > wanted) {
      busy--;
      return;
    }
    CompletableFuture<String> answer = new CompletableFuture<>();
    boolean[] started = new boolean[1];
    var unused = pipeline
        .callAsync(() -> {
          started[0] = true;
          asked++;
          Answer coming = dependency.get();
          if (coming.afterNanos() >= 0) {
            var unusedTimer = kernel.schedule(kernel.nanoTime() + coming.afterNanos(), () -> {
              if (coming.failure() == null) {
                answer.complete("ok");
              } else {
                answer.completeExceptionally(coming.failure());
              }
            });
          }
          return answer;
        })
        .whenComplete((result, failure) -> {
          served += failure == null ? 1 : 0;
          refused += started[0] ? 0 : 1;
          var unusedTimer = kernel.schedule(
              kernel.nanoTime() + (started[0] ? thinkNanos : refusedNanos), this::begin);
        });
  }
}
