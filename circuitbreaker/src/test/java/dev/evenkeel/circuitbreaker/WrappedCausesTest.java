package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CheckedSupplier;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The predicates see what a future has wrapped, as Resilience4j's do: one level, no deeper. */
class WrappedCausesTest {

  private static final class NotFound extends RuntimeException {}

  /** What a call fails with. */
  @SuppressWarnings("ImmutableEnumChecker") // a test's table
  enum Thrown {
    NOT_FOUND(new NotFound()),
    COMPLETION(new CompletionException(new NotFound())),
    EXECUTION(new ExecutionException(new NotFound())),
    SUBCLASS(new ExecutionException("own", new NotFound()) {}),
    TWICE(new ExecutionException(new CompletionException(new NotFound()))),
    OTHER_WRAPPER(new IllegalStateException(new NotFound())),
    WRAPPED_ERROR(new CompletionException(new StackOverflowError())),
    IO(new IOException("down")),
    WRAPPED_IO(new ExecutionException(new IOException("down")));

    final Exception failure;

    Thrown(Exception failure) {
      this.failure = failure;
    }
  }

  /** What the configuration says about {@link NotFound}. */
  @SuppressWarnings("ImmutableEnumChecker") // a test's table
  enum Rule {
    IGNORED(config -> config.ignoreExceptions(NotFound.class)),
    IGNORED_BY_PREDICATE(config -> config.ignoreException(NotFound.class::isInstance)),
    RECORDED(config -> config.recordExceptions(NotFound.class)),
    RECORDED_BY_PREDICATE(config -> config.recordException(NotFound.class::isInstance)),
    WRAPPERS_ARE_IGNORED(
        config -> config.ignoreExceptions(ExecutionException.class, CompletionException.class)),
    NOTHING(config -> {});

    final Consumer<CircuitBreakerConfig.Builder> set;

    Rule(Consumer<CircuitBreakerConfig.Builder> set) {
      this.set = set;
    }

    CircuitBreakerConfig config() {
      CircuitBreakerConfig.Builder config =
          CircuitBreakerConfig.custom().slidingWindowSize(10).minimumNumberOfCalls(10);
      set.accept(config);
      return config.build();
    }
  }

  @Property
  void eachFailure_countsAsInResilience4j(
      @ForAll Thrown thrown, @ForAll Rule rule, @ForAll boolean withoutFailback) {
    var theirs = io.github.resilience4j.circuitbreaker.CircuitBreaker.of("x", rule.config());
    CircuitBreaker ours = withoutFailback
        ? CircuitBreaker.withoutFailback(rule.config())
        : CircuitBreaker.of(rule.config());
    Pipeline pipeline =
        Pipeline.builder("users").kernel(ManualKernel.create()).policies(ours).build();
    for (int i = 0; i < 9; i++) {
      call(theirs, pipeline, thrown.failure);
    }
    assertThat(ours.figures().bufferedCalls())
        .isEqualTo(theirs.getMetrics().getNumberOfBufferedCalls());
    assertThat(ours.figures().failedCalls())
        .isEqualTo(theirs.getMetrics().getNumberOfFailedCalls());
    call(theirs, pipeline, thrown.failure);
    assertThat(ours.state().equals(GateState.OPEN)).isEqualTo(theirs.getState() == State.OPEN);
  }

  private static void call(
      io.github.resilience4j.circuitbreaker.CircuitBreaker theirs,
      Pipeline ours,
      Exception failure) {
    CheckedSupplier<String, Exception> call = () -> {
      throw failure;
    };
    try {
      theirs.executeCallable(call::get);
    } catch (Exception expected) {
      assertThat(expected).isSameAs(failure);
    }
    ours.callOrElse(call, "none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "join", "stage"})
  void ignoredFailure_ofAFutureTheCallWaitsFor_isIgnored(String how) {
    CircuitBreaker breaker = CircuitBreaker.of(Rule.IGNORED.config());
    Pipeline users = Pipeline.builder("users")
        .kernel(ManualKernel.create())
        .policies(breaker)
        .build();
    CompletableFuture<String> missing = CompletableFuture.failedFuture(new NotFound());
    for (int i = 0; i < 10; i++) {
      switch (how) {
        case "get" -> users.callOrElse(missing::get, "none");
        case "join" -> users.callOrElse(missing::join, "none");
        default ->
          assertThat(users.callAsync(() -> missing.thenApply(String::trim)))
              .isCompletedExceptionally();
      }
    }
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
    assertThat(breaker.figures().bufferedCalls()).isZero();
  }

  /** Where Resilience4j would hand null to the predicates. */
  @Test
  void wrapperWithoutACause_standsForItself() {
    Stream.of(new CompletionException("no cause", null), new ExecutionException("no cause", null))
        .forEach(failure -> {
          CircuitBreaker breaker = CircuitBreaker.of(Rule.IGNORED.config());
          Pipeline pipeline = Pipeline.builder("users")
              .kernel(ManualKernel.create())
              .policies(breaker)
              .build();
          for (int i = 0; i < 10; i++) {
            pipeline.callOrElse(
                () -> {
                  throw failure;
                },
                "none");
          }
          assertThat(breaker.state()).isEqualTo(GateState.OPEN);
        });
  }
}
