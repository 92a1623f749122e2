package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What docs/guide/retries.md and docs/guide/fallback.md show is what the build compiles and runs.
 */
class RetryGuideTest {

  interface Client {
    String stock(String sku) throws IOException;

    CompletionStage<String> stockAsync(String sku);
  }

  interface Cache {
    String stock(String sku);
  }

  static final class QuoteUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    QuoteUnavailable(Throwable cause) {
      super(cause);
    }
  }

  static Retry forOrders() {
    return Retry.builder()
        .maxAttempts(4)
        .retryOn(IOException.class, SQLTransientException.class)
        .neverRetryOn(FileNotFoundException.class)
        .retryOnResult(answer -> answer instanceof HttpResponse<?> http && http.statusCode() == 503)
        .build();
  }

  static Retry byFailure() {
    return Retry.builder()
        .backoff(Backoff.of(
            (attempt, failure, result) -> failure instanceof ConnectException
                ? Duration.ofSeconds(1)
                : Duration.ofMillis(50L * attempt),
            Duration.ofSeconds(5)))
        .build();
  }

  static String stock(Pipeline inventory, Client client, Cache cache, String sku)
      throws IOException {
    return inventory.call(
        () -> client.stock(sku),
        CallRefusedException.class, // others reach the caller
        refused -> cache.stock(sku));
  }

  static String stockOrUnknown(Pipeline inventory, Client client, String sku) {
    return inventory.call(() -> client.stock(sku), failure -> "unknown");
  }

  static CompletableFuture<String> stockLater(
      Pipeline inventory, Client client, Client replica, String sku) {
    return inventory.callAsyncCompose(
        () -> client.stockAsync(sku), failure -> replica.stockAsync(sku));
  }

  static Pipeline quotes() {
    return Pipeline.of(
        "quotes",
        Fallback.of(failure -> {
          throw new QuoteUnavailable(failure); // for all that has no other answer
        }),
        Fallback.of(NoSuchElementException.class, missing -> "none"),
        Timeout.ofMillis(300),
        CircuitBreaker.standard());
  }

  private static void isCodeOfThisClass(String page, int expectedBlocks) throws IOException {
    String source = squeezed(
        Files.readString(Path.of("src/test/java/dev/evenkeel/limits/RetryGuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../docs/guide/" + page)));
    int blocks = 0;
    while (block.find()) {
      assertThat(source).contains(squeezed(block.group(1)));
      blocks++;
    }
    assertThat(blocks).isEqualTo(expectedBlocks);
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void codeOfTheGuides_isCodeOfThisClass() throws IOException {
    isCodeOfThisClass("retries.md", 2);
    isCodeOfThisClass("fallback.md", 2);
  }

  /** Fails, and gives stages that fail. */
  private static final Client DOWN = new Client() {
    @Override
    public String stock(String sku) throws IOException {
      throw new ConnectException(sku);
    }

    @Override
    public CompletionStage<String> stockAsync(String sku) {
      return CompletableFuture.failedFuture(new ConnectException(sku));
    }
  };

  private static final Client UP = new Client() {
    @Override
    public String stock(String sku) {
      return "7";
    }

    @Override
    public CompletionStage<String> stockAsync(String sku) {
      return CompletableFuture.completedFuture("7");
    }
  };

  @Test
  void retriesOfTheGuide_work() {
    ManualKernel kernel = ManualKernel.create();
    Pipeline orders =
        Pipeline.builder("orders").kernel(kernel).policies(forOrders()).build();
    int[] attempts = new int[1];
    assertThatThrownBy(() -> orders.run(() -> {
          attempts[0]++;
          throw new FileNotFoundException();
        }))
        .isInstanceOf(FileNotFoundException.class);
    assertThat(attempts).containsExactly(1);
    assertThatThrownBy(() -> orders.run(() -> {
          attempts[0]++;
          throw new SQLTransientException();
        }))
        .isInstanceOf(SQLTransientException.class);
    assertThat(attempts).containsExactly(5);
    Pipeline inventory =
        Pipeline.builder("inventory").kernel(kernel).policies(byFailure()).build();
    long before = kernel.nanoTime();
    assertThat(stockOrUnknown(inventory, DOWN, "a")).isEqualTo("unknown");
    assertThat(Duration.ofNanos(kernel.nanoTime() - before)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void fallbacksOfTheGuide_work() throws IOException {
    Pipeline inventory = Pipeline.of("guide's", ConcurrencyLimit.of(1));
    assertThat(stock(inventory, UP, sku -> "6", "a")).isEqualTo("7");
    assertThatThrownBy(() -> stock(inventory, DOWN, sku -> "6", "a"))
        .isInstanceOf(ConnectException.class);
    assertThat(inventory.<String, IOException>call(() -> stock(inventory, UP, sku -> "6", "a")))
        .as("the limit is full")
        .isEqualTo("6");
    assertThat(stockLater(inventory, DOWN, UP, "a")).isCompletedWithValue("7");
    try (Pipeline quotes = quotes()) {
      assertThat(quotes.warnings()).isEmpty();
      assertThat(quotes.<String, RuntimeException>call(() -> {
            throw new NoSuchElementException();
          }))
          .isEqualTo("none");
      assertThatThrownBy(() -> quotes.call(() -> DOWN.stock("a")))
          .isInstanceOf(QuoteUnavailable.class)
          .hasCauseInstanceOf(ConnectException.class);
    }
  }
}
