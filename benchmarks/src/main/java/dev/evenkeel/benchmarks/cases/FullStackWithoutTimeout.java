package dev.evenkeel.benchmarks.cases;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Fallback, retry, breaker and concurrency limit, all well. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class FullStackWithoutTimeout {

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
      super(fullStackWithoutTimeout());
    }

    @TearDown
    public void check() {
      verifyClosedAndFull();
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
      Verify.fallsBack(dependency, this::call);
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j extends Resilience4jCall {
    final Callable<String> decorated = fullStackWithoutTimeout();

    final String call() throws Exception {
      return decorated.call();
    }

    @TearDown
    public void check() {
      verifyClosedAndFull();
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
      Verify.fallsBack(dependency, this::call);
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) throws Exception {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    public Failsafe() {
      super(fullStackWithoutTimeout());
    }

    @TearDown
    public void check() {
      verifyClosed();
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
      Verify.fallsBack(dependency, this::call);
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class SmallRye extends SmallRyeCall {
    public SmallRye() {
      super(SmallRyeCall::fullStackWithoutTimeout);
    }

    @TearDown
    public void check() {
      verifyClosed();
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
      Verify.fallsBack(dependency, this::call);
    }
  }

  @Benchmark
  public String smallRye(SmallRye state) throws Exception {
    return state.call();
  }
}
