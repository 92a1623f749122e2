import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import org.junit.jupiter.api.Test;

/** A user's test with JUnit and testkit, and nothing else. */
class StockTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final ScriptedDependency<Integer> stock = ScriptedDependency.on(kernel, 7);
  private final Pipeline pipeline =
      Pipeline.builder("stock").kernel(kernel).policies(Timeout.ofMillis(300)).build();

  @Test
  void answer() throws Exception {
    assertEquals(7, pipeline.call(stock::call));
  }

  @Test
  void hang() {
    stock.hang();
    assertThrows(CallTimeoutException.class, () -> pipeline.call(stock::call));
    assertEquals(300_000_000, kernel.nanoTime());
  }
}
