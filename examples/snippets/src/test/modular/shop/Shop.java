package shop;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Retry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A modular application. */
public final class Shop {

  private Shop() {}

  public static void main(String[] args) throws Exception {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom().recordExceptions(IOException.class).build();
    AtomicInteger retries = new AtomicInteger();
    Pipeline inventory = Pipeline.builder("inventory")
        .policies(
            Timeout.total(Duration.ofSeconds(30)),
            Timeout.ofMillis(10_000),
            Retry.jittered(2),
            CircuitBreaker.of(config),
            RateLimit.of(100, Duration.ofSeconds(1)))
        .listener(new PipelineListener() { // of a package that is exported to nobody
          @Override
          public void onRetry(CallView call, long waitNanos) {
            retries.incrementAndGet();
          }
        })
        .build();
    int stock = inventory.call(() -> 7);
    String other = inventory.call(
        () -> {
          throw new IOException("down");
        },
        failure -> failure.getMessage());
    System.out.printf(
        "%s, %s: %d, %s after %d retry%n",
        Shop.class.getModule(), Pipeline.class.getModule(), stock, other, retries.get());
  }
}
