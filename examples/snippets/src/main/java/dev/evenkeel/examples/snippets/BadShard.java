package dev.evenkeel.examples.snippets;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import java.time.Duration;

/** One of three shards is dead: a breaker for each of them keeps the other two in service. */
public final class BadShard {

  private BadShard() {}

  /**
   * Runs it.
   *
   * @param args none
   */
  public static void main(String[] args) {
    ManualKernel kernel = ManualKernel.create();
    ScriptedDependency<String> healthy = ScriptedDependency.on(kernel);
    ScriptedDependency<String> dead = ScriptedDependency.on(kernel).die();
    // guide: keys
    Pipeline shards = Pipeline.builder("shards")
        .kernel(kernel)
        .policies(Timeout.ofMillis(300), PerKey.of(CircuitBreaker::standard))
        .build();
    // end

    for (int call = 0; call < 300; call++) {
      kernel.advance(Duration.ofMillis(10));
      String shard = "shard-" + call % 3;
      ScriptedDependency<String> server = call % 3 == 2 ? dead : healthy;
      shards.forKey(shard).callOrElse(server::call, "unknown");
    }
    for (String shard : new String[] {"shard-0", "shard-1", "shard-2"}) {
      // guide: one
      CircuitBreaker breaker = shards.forKey(shard).policy(CircuitBreaker.class).orElseThrow();
      // end
      System.out.println(shard + ": " + breaker.state().kind());
    }
    System.out.println("answered: " + healthy.calls() + " of 200 calls to the healthy shards");
  }

  // Prints:
  // shard-0: CLOSED
  // shard-1: CLOSED
  // shard-2: OPEN
  // answered: 200 of 200 calls to the healthy shards
}
