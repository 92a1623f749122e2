package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
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
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;

/** A retry of up to three attempts around a call that succeeds at once. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RetryFirstTry {

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
      super(Retry.jittered(Settings.ATTEMPTS));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  /** A hedge that is not needed: its timer is armed and taken back. */
  @State(Scope.Benchmark)
  public static class EvenkeelHedge extends EvenkeelCall {
    public EvenkeelHedge() {
      super(Hedge.after(Settings.TIMEOUT).forIdempotentCalls());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
    }
  }

  @Benchmark
  public String evenkeelHedge(EvenkeelHedge state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j {
    final Dependency dependency = new Dependency();
    final io.github.resilience4j.retry.Retry retry =
        io.github.resilience4j.retry.Retry.of("benchmark", Settings.resilience4jRetry());
    final Supplier<String> decorated =
        io.github.resilience4j.retry.Retry.decorateSupplier(retry, dependency::answer);

    final String call() {
      return decorated.get();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    public Failsafe() {
      super(List.of(FailsafeCall.retry()));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class SmallRye extends SmallRyeCall {
    public SmallRye() {
      super(SmallRyeCall::retry);
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
    }
  }

  @Benchmark
  public String smallRye(SmallRye state) throws Exception {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Spring {
    final Dependency dependency = new Dependency();
    final RetryTemplate template =
        new RetryTemplate(RetryPolicy.withMaxRetries(Settings.ATTEMPTS - 1));
    final Retryable<String> call = dependency::answer;

    final String call() throws RetryException {
      return template.execute(call);
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.retries(dependency, this::call);
    }
  }

  @Benchmark
  public String spring(Spring state) throws RetryException {
    return state.call();
  }
}
