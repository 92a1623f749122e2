package dev.evenkeel.examples.snippets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import org.junit.jupiter.api.Test;

// guide: test
class StockTest {

  private final ManualKernel kernel = ManualKernel.create(); // time stands still until it is moved
  private final ScriptedDependency<Integer> stock = ScriptedDependency.on(kernel, 7);
  private final Pipeline inventory = Pipeline.builder("inventory")
      .kernel(kernel)
      .policies(Timeout.ofMillis(300), Retry.jittered(3), CircuitBreaker.standard())
      .build();

  @Test
  void stockThatHangs_isAskedThreeTimes_andThenUnknown() {
    stock.hang();
    assertEquals(-1, inventory.call(stock::call, failure -> -1));
    assertEquals(3, stock.calls()); // after 900 ms and two waits, in no time
  }
}
// end
