package dev.evenkeel.benchmarks.cases;

import com.alibaba.csp.sentinel.SphO;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
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

/** An open breaker refuses, and says so without an exception that reaches the caller. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class RefusalAsValue {

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    final CircuitBreaker breaker = pipeline.policy(CircuitBreaker.class).orElseThrow();

    public Evenkeel() {
      super(openForLong());
      Verify.keepBusy(this::call);
      Verify.trip(dependency, this::call);
    }

    @TearDown
    public void check() {
      Verify.that(breaker.state().equals(GateState.OPEN), "the breaker is open");
      Verify.refuses(dependency, this::call);
    }
  }

  @State(Scope.Benchmark)
  public static class Resilience4j {
    final Dependency dependency = new Dependency();
    final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.of(
            "benchmark", Settings.countWindow());
    final Supplier<String> decorated =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
            breaker, dependency::answer);

    public Resilience4j() {
      Verify.trip(dependency, this::call);
    }

    final String call() {
      return decorated.get();
    }

    @TearDown
    public void check() {
      Verify.that(
          breaker.getState() == io.github.resilience4j.circuitbreaker.CircuitBreaker.State.OPEN,
          "the breaker is open");
      Verify.refuses(dependency, this::call);
    }
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    final dev.failsafe.CircuitBreaker<String> breaker;

    public Failsafe() {
      this(breaker());
    }

    private Failsafe(dev.failsafe.CircuitBreaker<String> breaker) {
      super(List.of(breaker));
      this.breaker = breaker;
      Verify.trip(dependency, this::call);
    }

    @TearDown
    public void check() {
      Verify.that(breaker.isOpen(), "the breaker is open");
      Verify.refuses(dependency, this::call);
    }
  }

  @State(Scope.Benchmark)
  public static class Sentinel extends SentinelCall {
    public Sentinel() {
      breaker();
      Verify.trip(dependency, this::call);
    }

    @TearDown
    public void check() {
      Verify.refuses(dependency, this::call);
    }
  }

  /** What a user has for it: the answer instead of the refusal. */
  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.pipeline.callOrElse(state.call, Settings.FALLBACK);
  }

  /** The answer made from the refusal's exception, which is never thrown. */
  @Benchmark
  public String evenkeelFallback(Evenkeel state) {
    return state.pipeline.call(state.call, refusal -> Settings.FALLBACK);
  }

  /** The gate alone as the engine asks it, with its clock read. */
  @Benchmark
  public long evenkeelGate(Evenkeel state, View view) {
    return state.breaker.admit(view.call, Kernel.system().nanoTime());
  }

  /** The same when the time is known already, as inside a pipeline that has read it. */
  @Benchmark
  public long evenkeelGateTimeGiven(Evenkeel state, View view) {
    return state.breaker.admit(view.call, view.nowNanos);
  }

  @Benchmark
  public boolean resilience4j(Resilience4j state) {
    return state.breaker.tryAcquirePermission();
  }

  @Benchmark
  public boolean failsafe(Failsafe state) {
    return state.breaker.tryAcquirePermit();
  }

  @Benchmark
  public boolean sentinel(Sentinel state) {
    return SphO.entry(SentinelCall.RESOURCE);
  }

  /** What a gate is shown of a call. */
  @State(Scope.Benchmark)
  public static class View {
    final CallView call = new FirstAttempt();
    long nowNanos = Kernel.system().nanoTime();
  }
}
