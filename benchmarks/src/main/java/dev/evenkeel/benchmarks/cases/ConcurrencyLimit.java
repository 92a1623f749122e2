package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.limits.AdaptiveLimit;
import io.github.resilience4j.bulkhead.Bulkhead;
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

/** A concurrency limit that is far from reached. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConcurrencyLimit {

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
      super(dev.evenkeel.core.ConcurrencyLimit.of(Settings.CONCURRENT_CALLS));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.that(
          pipeline
                  .policy(dev.evenkeel.core.ConcurrencyLimit.class)
                  .orElseThrow()
                  .inFlight()
              == 0,
          "every permit was given back");
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  /** A limit that finds itself. */
  @State(Scope.Benchmark)
  public static class EvenkeelAdaptive extends EvenkeelCall {
    public EvenkeelAdaptive() {
      super(AdaptiveLimit.standard());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
    }
  }

  @Benchmark
  public String evenkeelAdaptive(EvenkeelAdaptive state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j extends Resilience4jCall {
    final Supplier<String> decorated = Bulkhead.decorateSupplier(bulkhead, dependency::answer);

    final String call() {
      return decorated.get();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.that(
          bulkhead.getMetrics().getAvailableConcurrentCalls() == Settings.CONCURRENT_CALLS,
          "every permit was given back");
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    public Failsafe() {
      super(List.of(dev.failsafe.Bulkhead.of(Settings.CONCURRENT_CALLS)));
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
  public static class SmallRye extends SmallRyeCall {
    public SmallRye() {
      super(SmallRyeCall::bulkhead);
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
    }
  }

  @Benchmark
  public String smallRye(SmallRye state) throws Exception {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Sentinel extends SentinelCall {
    public Sentinel() {
      concurrencyLimit();
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
