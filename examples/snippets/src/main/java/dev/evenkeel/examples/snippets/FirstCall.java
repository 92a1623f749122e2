package dev.evenkeel.examples.snippets;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A call that fails twice and is answered at the third attempt; then one that has no answer. */
public final class FirstCall {

  private FirstCall() {}

  /**
   * Runs it.
   *
   * @param args none
   */
  public static void main(String[] args) {
    // guide: pipeline
    Pipeline inventory = Pipeline.of(
        "inventory",
        Timeout.total(Duration.ofSeconds(2)),
        Timeout.ofMillis(300),
        Retry.jittered(3),
        CircuitBreaker.standard());
    inventory.policies().forEach(policy -> System.out.println(policy.name()));
    // end

    AtomicInteger attempts = new AtomicInteger();
    String stock = inventory.call(
        () -> {
          if (attempts.incrementAndGet() < 3) {
            throw new IOException("connection reset");
          }
          return "7 pieces";
        },
        failure -> "unknown");
    System.out.println(stock + " after " + attempts + " attempts");

    String other = inventory.call(
        () -> {
          throw new IllegalStateException("no such article");
        },
        failure -> "unknown, because: " + failure.getMessage());
    System.out.println(other);
  }

  // Prints:
  // total-timeout
  // retry
  // circuit-breaker
  // timeout
  // 7 pieces after 3 attempts
  // unknown, because: no such article
}
