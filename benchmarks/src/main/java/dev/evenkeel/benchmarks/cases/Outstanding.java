package dev.evenkeel.benchmarks.cases;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Calls under way that nobody answers, so that their timeouts stay armed. */
final class Outstanding {

  private Outstanding() {}

  static <T> List<CompletionStage<T>> start(Supplier<CompletionStage<T>> call) {
    return Stream.generate(call).limit(Settings.OUTSTANDING).toList();
  }

  static void verify(List<? extends CompletionStage<?>> outstanding) {
    Verify.that(
        outstanding.stream().noneMatch(stage -> stage.toCompletableFuture().isDone()),
        "the others are still under way");
  }
}
