package dev.evenkeel.examples.snippets;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import java.time.Duration;
import java.util.Locale;

/** A dependency dies for a minute and comes back: what the breaker does, second by second. */
public final class OutageAndReturn {

  private OutageAndReturn() {}

  /**
   * Runs it.
   *
   * @param args none
   */
  public static void main(String[] args) {
    ManualKernel kernel = ManualKernel.create(); // two minutes of it take a moment
    ScriptedDependency<String> stock = ScriptedDependency.on(kernel, "7 pieces");
    // guide: breaker
    Pipeline inventory = Pipeline.builder("inventory")
        .kernel(kernel) // in production: leave it out
        .policies(Timeout.ofMillis(300), CircuitBreaker.standard())
        .listener(new PipelineListener() {
          @Override
          public void onStateChange(StateChange change) {
            System.out.printf(
                Locale.ROOT,
                "%5.1f s: %s -> %s%n",
                change.atNanos() / 1e9,
                change.from().kind(),
                change.to().kind());
          }
        })
        .build();
    // end

    int sentWhileDead = 0;
    for (int call = 0; call < 12_000; call++) { // 100 calls a second
      kernel.advance(Duration.ofMillis(10));
      if (call == 1_000) {
        stock.die();
      } else if (call == 7_000) {
        sentWhileDead = stock.calls() - 1_000;
        stock.comeBack();
      }
      inventory.callOrElse(stock::call, "unknown");
    }
    System.out.println("calls due while it was dead: 6000, sent: " + sentWhileDead);
  }

  // Prints:
  //  10.3 s: CLOSED -> OPEN
  //  10.7 s: OPEN -> PROBING
  //  70.3 s: PROBING -> RAMPING
  //  75.3 s: RAMPING -> CLOSED
  // calls due while it was dead: 6000, sent: 143
}
