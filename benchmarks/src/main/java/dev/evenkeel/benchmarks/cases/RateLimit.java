package dev.evenkeel.benchmarks.cases;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
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

/** A rate limit that is far from reached. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RateLimit {

  private static final int CALLS = 1_000_000_000;
  private static final Duration PERIOD = Duration.ofSeconds(1);

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    public Evenkeel() {
      super(dev.evenkeel.limits.RateLimit.of(CALLS, PERIOD));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j {
    final Dependency dependency = new Dependency();
    final Supplier<String> decorated = RateLimiter.decorateSupplier(
        RateLimiter.of(
            "benchmark",
            RateLimiterConfig.custom()
                .limitForPeriod(CALLS)
                .limitRefreshPeriod(PERIOD)
                .timeoutDuration(Duration.ZERO)
                .build()),
        dependency::answer);

    final String call() {
      return decorated.get();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    public Failsafe() {
      super(
          List.of(dev.failsafe.RateLimiter.<String>burstyBuilder(CALLS, PERIOD).build()));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Sentinel extends SentinelCall {
    public Sentinel() {
      rateLimit(CALLS);
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
