package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an outage looks like to whoever reads the log at three in the morning. */
class OutageLogTest {

  private static final String RUN_BOOK = "; see docs/runbooks.md#breaker-open";

  private final Logs log = new Logs();

  @AfterEach
  void leaveTheLog() {
    log.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {5, 50, 500, 2_000})
  void tenMinutesOfOutage_canBeRead_whateverTheLoad(double rate) {
    Town town = new Town(1);
    town.rate = rate;
    town.outageTo = 720;
    town.runUntil(719);
    assertThat(log.lines()).hasSizeBetween(5, 8);
    assertThat(town.states()).containsExactly(Kind.OPEN, Kind.PROBING);
  }

  @Test
  void anHourOfOutage_isAStoryOfAtMostTwentyLines() {
    Town town = new Town(1);
    town.rate = 140;
    town.outageTo = 120 + 3_600;
    town.failure = new ConnectException("Connection refused: inventory/10.0.3.7:8080");
    town.runUntil(town.outageTo + 120);
    log.lines().forEach(System.out::println);
    assertThat(log.lines()).hasSizeBetween(8, 20);
    assertThat(log.lines().get(0))
        .matches("WARN town: circuit-breaker CLOSED -> OPEN: \\d+ % of 50 calls failed,"
            + " 0 % were slow; cool-down \\d.\\d s; failed: \\d+ x java.net.ConnectException, last:"
            + " Connection refused: inventory/10.0.3.7:8080; see docs/runbooks.md#breaker-open");
    assertThat(log.lines())
        .filteredOn(line -> line.contains("still down after"))
        .extracting(line -> line.replaceAll(".*after (\\S+ \\S+): .*", "$1"))
        .containsExactly("60 s", "2 min", "4 min", "8 min", "16 min", "32 min");
    assertThat(log.lines().get(log.lines().size() - 1))
        .matches("INFO town: circuit-breaker RAMPING\\(\\d.\\d\\d\\) -> CLOSED: .*; the outage took"
            + " 60 min, of which the ramp \\S+ s; \\d+ probes failed, \\d+ calls were refused");
    assertThat(log.lines()).filteredOn(line -> line.startsWith("WARN")).hasSize(1);
  }

  private static Pipeline pipeline(CircuitBreaker breaker) {
    return Pipeline.builder("orders")
        .kernel(ManualKernel.create())
        .policies(breaker)
        .build();
  }

  private static void fail(Pipeline pipeline, Exception failure, int times) {
    for (int i = 0; i < times; i++) {
      pipeline.callOrElse(
          () -> {
            throw failure;
          },
          "-");
    }
  }

  @Test
  void lineOfATrip_countsTheKindsOfFailures() {
    Pipeline pipeline = pipeline(CircuitBreaker.standard());
    fail(pipeline, new IOException("first"), 3);
    fail(pipeline, new IllegalStateException("second"), 6);
    fail(pipeline, new UnsupportedOperationException(), 1);
    fail(pipeline, new ArithmeticException(), 2);
    fail(pipeline, new ConnectException("refused"), 8);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("failed: 8 x java.net.ConnectException, 6 x java.lang.IllegalStateException,"
            + " 3 x java.io.IOException, and 2 other kinds, last: refused");
  }

  @Test
  void lineOfATrip_countsOnlyWhatIsInTheWindow() {
    Pipeline pipeline = pipeline(CircuitBreaker.standard());
    fail(pipeline, new IOException("long ago"), 3);
    for (int i = 0; i < 50; i++) {
      pipeline.run(() -> {});
    }
    fail(pipeline, new ConnectException("refused"), 25);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("failed: 25 x java.net.ConnectException, last: refused");
  }

  @Test
  void messageThatIsLong_orHasManyLines_isOneShortLine() {
    fail(pipeline(CircuitBreaker.standard()), new IOException("a\nb" + "x".repeat(100_000)), 20);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("last: a bxxx")
        .endsWith("x..." + RUN_BOOK)
        .hasSizeLessThan(400);
  }

  @Test
  void messageThatThrows_hurtsNobody() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    IOException failure = new IOException() {
      @Override
      public String getMessage() {
        throw new IllegalStateException("no session");
      }
    };
    fail(pipeline(breaker), failure, 20);
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .endsWith(", whose getMessage() threw java.lang.IllegalStateException" + RUN_BOOK);
  }

  @Test
  void failureWithoutAMessage_isNamedByItsClass() {
    fail(pipeline(CircuitBreaker.standard()), new IOException(), 20);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .endsWith("failed: 20 x java.io.IOException, last: java.io.IOException" + RUN_BOOK);
  }

  @Test
  void resultsThatCountAsFailures_areNamedByTheirClass() {
    Pipeline pipeline = pipeline(CircuitBreaker.of(
        CircuitBreakerConfig.custom().recordResult(result -> true).build()));
    for (int i = 0; i < 100; i++) {
      pipeline.callOrElse(() -> List.of("x".repeat(1_000)), List.of());
    }
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("failed: 100 x a result of java.util.")
        .doesNotContain("xxx");
  }

  @Test
  void breakerOfSeveralPipelines_isLoggedOnce() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      Pipeline.builder(name).kernel(ManualKernel.create()).policies(breaker).build();
    }
    breaker.forceOpen("maintenance");
    assertThat(log.lines())
        .containsExactly("WARN a, b, c and 2 more: circuit-breaker CLOSED -> FORCED_OPEN: by hand:"
            + " maintenance");
  }
}
