package dev.evenkeel.examples.snippets;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Two replicas, one of which hangs: after 20 ms the other one is asked too, and wins. */
public final class HedgedReplicas {

  private HedgedReplicas() {}

  /**
   * Runs it.
   *
   * @param args none
   */
  public static void main(String[] args) {
    ManualKernel kernel = ManualKernel.create();
    ScriptedDependency<String> hanging = ScriptedDependency.on(kernel, "from replica 0");
    ScriptedDependency<String> quick = ScriptedDependency.on(kernel, "from replica 1");
    List<ScriptedDependency<String>> replicas =
        List.of(hanging.hang(), quick.slow(Duration.ofMillis(5)));
    // guide: hedge
    Pipeline prices = Pipeline.builder("prices")
        .kernel(kernel)
        .policies(Timeout.ofMillis(300), Hedge.after(Duration.ofMillis(20)).forIdempotentCalls())
        .build();

    CompletableFuture<String> price = prices.callAsync(() -> {
      int replica = CallContext.current().hedge() % replicas.size(); // 0, and 1 for the hedge
      return replicas.get(replica).callAsync();
    });
    // end
    kernel.advance(Duration.ofMillis(25));
    System.out.println(price.join() + " after " + kernel.nanoTime() / 1_000_000 + " ms");
    System.out.println("cancelled at replica 0: " + hanging.cancelled());
  }

  // Prints:
  // from replica 1 after 25 ms
  // cancelled at replica 0: 1
}
