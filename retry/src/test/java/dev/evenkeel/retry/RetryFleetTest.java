package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * What the retries of many callers cost a dependency that is down, and what they are worth when it
 * is not.
 */
class RetryFleetTest {

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.evenkeel");
  private static final Duration MINUTES = Duration.ofMinutes(10);

  private final ManualKernel kernel = ManualKernel.withSeed(3);
  private final SplittableRandom random = new SplittableRandom(5);
  private LongPredicate fails = seed -> false;
  private long calls;
  private long attempts;
  private long served;

  @BeforeAll
  static void quietly() {
    LOG.setLevel(Level.ERROR); // thousands of pipelines without a timeout
  }

  @AfterAll
  static void asBefore() {
    LOG.setLevel(null);
  }

  /** What stood here before: 50 tokens for each client, none forgotten. */
  private static RetryBudget counted() {
    return RetryBudget.of(0.1, 50, 5);
  }

  /** An attempt's fate is its own, whatever other calls do: so two budgets can be compared. */
  private CompletableFuture<String> attempt(long call) {
    attempts++;
    CompletableFuture<String> answer = new CompletableFuture<>();
    boolean failing = fails.test(100 * call + CallContext.current().attempt());
    var unusedTimer = kernel.schedule(kernel.nanoTime() + 5_000_000, () -> {
      var unused =
          failing ? answer.completeExceptionally(new IOException("down")) : answer.complete("ok");
    });
    return answer;
  }

  /** Calls at times of their own, for ever. */
  private void callAgain(Pipeline pipeline, double perSecond) {
    long wait = (long) (-1e9 / perSecond * Math.log(1 - random.nextDouble()));
    var unusedTimer = kernel.schedule(kernel.nanoTime() + Math.max(1, wait), () -> {
      long call = calls++;
      var unused = pipeline.callAsync(() -> attempt(call)).thenAccept(answer -> served++);
      callAgain(pipeline, perSecond);
    });
  }

  private void fleet(int clients, double perSecond, Supplier<RetryBudget> budgets) {
    for (int i = 0; i < clients; i++) {
      Retry retry = Retry.builder().budget(budgets.get()).build();
      callAgain(Pipeline.builder("rare").kernel(kernel).policies(retry).build(), perSecond);
    }
  }

  private void forget() {
    calls = 0;
    attempts = 0;
    served = 0;
  }

  /** The load of an outage of seven seconds, over what is asked for. */
  private double loadOfAnOutage(int clients, double perSecond, Supplier<RetryBudget> budgets) {
    fleet(clients, perSecond, budgets);
    kernel.advance(Duration.ofMinutes(3));
    forget();
    fails = seed -> true;
    kernel.advance(Duration.ofSeconds(7));
    double load = (double) attempts / calls;
    System.out.println(String.format(
        Locale.ROOT,
        "%d clients, %.2f calls/s each: %d calls, %d retries in 7 s of outage, load %.2f",
        clients,
        perSecond,
        calls,
        attempts - calls,
        load));
    return load;
  }

  @ParameterizedTest
  @CsvSource({"4000, 0.1, 1.9", "4000, 0.4, 1.6", "400, 4, 1.15", "40, 40, 1.1"})
  void fleetInAnOutage_doesNotMultiplyItsLoad(int clients, double perSecond, double mostLoad) {
    assertThat(loadOfAnOutage(clients, perSecond, RetryBudget::standard)).isLessThan(mostLoad);
  }

  /** Also the row of failures bounds a budget that only counts. */
  @ParameterizedTest
  @CsvSource({"4000, 0.1, 2.6", "4000, 0.4, 1.8"})
  void countForEachClient_isMore(int clients, double perSecond, double mostLoad) {
    assertThat(loadOfAnOutage(clients, perSecond, RetryFleetTest::counted)).isLessThan(mostLoad);
  }

  private double servedAt(
      double failing, int clients, double perSecond, Supplier<RetryBudget> budgets) {
    RetryFleetTest run = new RetryFleetTest();
    run.fails = seed -> new SplittableRandom(seed).nextDouble() < failing;
    run.fleet(clients, perSecond, budgets);
    run.kernel.advance(MINUTES);
    return (double) run.served / run.calls;
  }

  /**
   * Failures by chance are retried as ever: without trouble nobody loses by the row or the share.
   */
  @ParameterizedTest
  @CsvSource({"0.02, 1, 50", "0.05, 1, 50", "0.1, 1, 50", "0.02, 10, 5", "0.05, 10, 5"})
  void failuresByChance_areServedAsBefore(double failing, int clients, double perSecond) {
    double before = servedAt(failing, clients, perSecond, RetryFleetTest::counted);
    double now = servedAt(failing, clients, perSecond, RetryBudget::standard);
    System.out.println(String.format(
        Locale.ROOT,
        "%.0f %% fail, %d x %.1f calls/s: served %.5f, counted %.5f",
        100 * failing,
        clients,
        perSecond,
        now,
        before));
    assertThat(now).isGreaterThan(before - 0.0002);
  }

  @Test
  void burstOfFailuresAtOneMoment_isRetried() {
    Pipeline pipeline = Pipeline.builder("pool")
        .kernel(kernel)
        .policies(
            Retry.builder().budget(RetryBudget.of(0.1, 50, 50)).build(), Timeout.ofMillis(500))
        .build();
    fails = seed -> kernel.nanoTime() < 1_000_000;
    for (int i = 0; i < 20; i++) { // all on one connection, which breaks
      int call = i;
      var unused = pipeline.callAsync(() -> attempt(call)).thenAccept(answer -> served++);
    }
    kernel.advance(Duration.ofSeconds(1));
    assertThat(served).isEqualTo(20);
  }
}
