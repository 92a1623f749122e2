package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Classes of exceptions in settings. */
class ExceptionsTest {

  private static Pipeline pipeline(String... lines) {
    Settings settings = Texts.settings(lines);
    return Pipeline.of("a", settings.of("a").policies().toArray(new Policy[0]));
  }

  private static int attempts(Pipeline pipeline, Exception failure) {
    AtomicInteger attempts = new AtomicInteger();
    pipeline.callOrElse(
        () -> {
          attempts.incrementAndGet();
          throw failure;
        },
        null);
    return attempts.get();
  }

  @Test
  void retryExceptions_areRetried_withWhatExtendsThem_andOthersAreNot() {
    String[] lines = {
      "pipelines.a.retry.retry-exceptions=java.io.IOException, java.util.NoSuchElementException",
      "pipelines.a.retry.ignore-exceptions[0]=java.io.FileNotFoundException",
      "pipelines.a.retry.backoff.base=1ns",
      "pipelines.a.retry.backoff.cap=1ns"
    };
    assertThat(attempts(pipeline(lines), new IOException())).isEqualTo(3);
    assertThat(attempts(pipeline(lines), new FileNotFoundException())).isEqualTo(1);
    assertThat(attempts(pipeline(lines), new IllegalStateException())).isEqualTo(1);
  }

  @Test
  void futures_areLookedInto() {
    Pipeline pipeline = pipeline(
        "pipelines.a.retry.retry-exceptions=java.io.IOException",
        "pipelines.a.retry.backoff.base=1ns",
        "pipelines.a.retry.backoff.cap=1ns");
    AtomicInteger attempts = new AtomicInteger();
    CompletableFuture<?> call = pipeline.callAsync(() -> {
      attempts.incrementAndGet();
      return CompletableFuture.failedFuture(new IOException()).thenApply(result -> result);
    });
    assertThat(call).failsWithin(java.time.Duration.ofSeconds(60));
    assertThat(attempts).hasValue(3);
  }

  @Test
  void breaker_countsWhatIsRecorded_andNotWhatIsIgnored() {
    String[] lines = {
      "pipelines.a.circuit-breaker.record-exceptions=java.io.IOException,java.io.UncheckedIOException",
      "pipelines.a.circuit-breaker.ignore-exceptions=java.io.FileNotFoundException",
      "pipelines.a.circuit-breaker.sliding-window-size=2",
    };
    assertThat(stateAfter(pipeline(lines), new IOException())).isEqualTo(GateState.Kind.OPEN);
    assertThat(stateAfter(pipeline(lines), new UncheckedIOException(new IOException())))
        .isEqualTo(GateState.Kind.OPEN);
    assertThat(stateAfter(pipeline(lines), new FileNotFoundException()))
        .isEqualTo(GateState.Kind.CLOSED);
    assertThat(stateAfter(pipeline(lines), new IllegalStateException()))
        .isEqualTo(GateState.Kind.CLOSED);
  }

  private static GateState.Kind stateAfter(Pipeline pipeline, Exception failure) {
    attempts(pipeline, failure);
    attempts(pipeline, failure);
    GateState.Kind kind =
        pipeline.policy(CircuitBreaker.class).orElseThrow().state().kind();
    pipeline.close();
    return kind;
  }

  @Test
  void anEmptyList_isAll() {
    assertThat(attempts(
            pipeline(
                "pipelines.a.retry.retry-exceptions=",
                "pipelines.a.retry.backoff.base=1ns",
                "pipelines.a.retry.backoff.cap=1ns"),
            new IllegalStateException()))
        .isEqualTo(3);
  }

  @Test
  void classesThatAreNone_areProblems() {
    assertThat(Texts.problems(
            "pipelines.a.retry.retry-exceptions=com.example.Missing",
            "pipelines.b.retry.retry-exceptions=java.lang.String",
            "pipelines.c.retry.retry-exceptions=java.io.IOException,,java.io.IOException",
            "pipelines.d.retry.retry-exceptions[0]=java.io.IOException",
            "pipelines.d.retry.retry-exceptions[2]=java.io.IOException",
            "pipelines.e.retry.retry-exceptions[x]=java.io.IOException",
            "pipelines.f.retry.retry-exceptions[0]=java.io.IOException",
            "pipelines.f.retry.retry-exceptions[0]=java.io.IOException",
            "pipelines.g.retry.max-attempts[0]=3",
            "pipelines.h.retry.retry-exceptions=[I"))
        .hasSize(8)
        .anyMatch(problem -> problem.contains("com.example.Missing was not found"))
        .anyMatch(problem -> problem.contains("which java.lang.String does not"))
        .anyMatch(problem -> problem.contains("one comma between them"))
        .anyMatch(problem -> problem.contains("a list with gaps"))
        .anyMatch(problem -> problem.contains("the index [x]"))
        .anyMatch(problem -> problem.contains("the same index twice"))
        .anyMatch(problem -> problem.contains("a list (expected: a whole number"));
  }

  /** Its initializer must not run because a file names it. */
  static class Trap extends Exception {
    static final AtomicInteger RUN = Runs.RUN;

    static {
      Runs.RUN.incrementAndGet();
    }
  }

  static class Runs {
    static final AtomicInteger RUN = new AtomicInteger();
  }

  @Test
  void classes_areNotInitialized() {
    Texts.settings(
        "pipelines.a.retry.retry-exceptions=" + ExceptionsTest.class.getName() + "$Trap");
    assertThat(Runs.RUN).hasValue(0);
  }
}
