package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CheckedSupplier;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Ten pipelines of different shapes, called from four places with four kinds of calls, succeeding
 * and failing, blocking and asynchronous: what a JVM with more than one dependency has seen before
 * it compiles.
 */
final class Shapes {

  private static final int ROUNDS = 20_000;

  private final Dependency dependency;
  private final CheckedSupplier<String, RuntimeException> methodReference;
  private final List<Pipeline> pipelines = List.of(
      Pipeline.of("1", CircuitBreaker.of(Settings.countWindow())),
      Pipeline.of("2", Timeout.of(Settings.TIMEOUT)),
      Pipeline.of("3", Retry.jittered(Settings.ATTEMPTS)),
      Pipeline.of("4", ConcurrencyLimit.of(Settings.CONCURRENT_CALLS)),
      Pipeline.of("5", EvenkeelCall.fullStack()),
      Pipeline.of("6", EvenkeelCall.fullStackWithoutTimeout()),
      Pipeline.of("7", Fallback.to(Settings.FALLBACK), Retry.jittered(2)),
      Pipeline.of("8", Timeout.total(Settings.OPEN), Timeout.of(Settings.TIMEOUT)),
      Pipeline.of("9", CircuitBreaker.of(Settings.timeWindow()), Timeout.of(Settings.TIMEOUT)),
      Pipeline.inOrder(
          "10",
          ConcurrencyLimit.of(Settings.CONCURRENT_CALLS),
          Fallback.to(Settings.FALLBACK),
          Timeout.cooperative(Settings.TIMEOUT)));
  private final Pipeline failing = Pipeline.of(
      "failing",
      Fallback.to(Settings.FALLBACK),
      Retry.builder().maxAttempts(1).build(),
      CircuitBreaker.of(Settings.countWindow()),
      ConcurrencyLimit.of(Settings.CONCURRENT_CALLS),
      Timeout.of(Settings.TIMEOUT));

  Shapes(Dependency dependency) {
    this.dependency = dependency;
    methodReference = dependency::answer;
    for (int i = 0; i < ROUNDS; i++) {
      once(i);
    }
  }

  List<Pipeline> pipelines() {
    return pipelines;
  }

  /** Once through each, from each of the four places in turn. */
  void once(int round) {
    for (Pipeline pipeline : pipelines) {
      switch (round & 3) {
        case 0 -> firstPlace(pipeline);
        case 1 -> secondPlace(pipeline, round);
        case 2 -> thirdPlace(pipeline);
        default -> fourthPlace(pipeline);
      }
    }
    if (round % 10 == 0) {
      Verify.that(
          Settings.FALLBACK.equals(failing.call(() -> Dependency.fails())),
          "a failure is answered");
    }
  }

  private void firstPlace(Pipeline pipeline) {
    Verify.that(pipeline.call(methodReference) != null, "an answer");
  }

  private void secondPlace(Pipeline pipeline, int round) {
    Verify.that(pipeline.call(() -> dependency.answer().length() + round) != null, "an answer");
  }

  private void thirdPlace(Pipeline pipeline) {
    Verify.that(
        dependency.isAnswer(pipeline.call(dependency::answer, failure -> Settings.FALLBACK)),
        "the answer");
  }

  private void fourthPlace(Pipeline pipeline) {
    CompletionStage<String> stage = pipeline.callAsync(dependency::completedStage);
    Verify.that(dependency.isAnswer(stage.toCompletableFuture().join()), "the answer");
  }
}
