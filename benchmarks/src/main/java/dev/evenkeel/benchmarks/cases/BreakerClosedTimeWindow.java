package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A breaker that is closed, with a window of 10 seconds of successes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BreakerClosedTimeWindow {

  @State(Scope.Benchmark)
  public static class Bare {
    final Dependency dependency = new Dependency();
  }

  @Benchmark
  public String bare(Bare state) {
    return state.dependency.answer();
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    public Evenkeel() {
      super(CircuitBreaker.of(Settings.timeWindow()));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      verifyClosedAndFull();
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j {
    final Dependency dependency = new Dependency();
    final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.of("benchmark", Settings.timeWindow());
    final Supplier<String> decorated =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
            breaker, dependency::answer);

    final String call() {
      return decorated.get();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.that(
          breaker.getState() == io.github.resilience4j.circuitbreaker.CircuitBreaker.State.CLOSED,
          "the breaker is closed");
      Verify.that(
          breaker.getMetrics().getNumberOfBufferedCalls() >= Settings.WINDOW,
          "calls went through its window");
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    static dev.failsafe.CircuitBreaker<String> breaker() {
      return dev.failsafe.CircuitBreaker.<String>builder()
          .withFailureRateThreshold(
              50, Settings.WINDOW, Duration.ofSeconds(Settings.WINDOW_SECONDS))
          .withDelay(Settings.OPEN)
          .build();
    }

    public Failsafe() {
      super(List.of(breaker()));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      verifyClosed();
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Sentinel extends SentinelCall {
    public Sentinel() {
      breaker();
    }

    @TearDown
    public void check() {
      verifyPasses();
    }
  }

  @Benchmark
  public String sentinel(Sentinel state) throws Exception {
    return state.call();
  }
}
