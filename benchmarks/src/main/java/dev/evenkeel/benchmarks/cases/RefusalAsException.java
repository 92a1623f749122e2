package dev.evenkeel.benchmarks.cases;

import com.alibaba.csp.sentinel.slots.block.BlockException;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.GateState;
import dev.failsafe.CircuitBreakerOpenException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An open breaker refuses by an exception, which is caught one frame further out than it is thrown
 * from the library: a frame that is never inlined, so that it is really unwound.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class RefusalAsException {

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
  public static class Resilience4jWithoutTrace {
    final Dependency dependency = new Dependency();
    final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.of("benchmark", withoutTrace());
    final Supplier<String> decorated =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
            breaker, dependency::answer);

    public Resilience4jWithoutTrace() {
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
  public static class SmallRye extends SmallRyeCall {
    public SmallRye() {
      super(SmallRyeCall::breaker);
      Verify.trip(dependency, this::call);
    }

    @TearDown
    public void check() {
      verifyState(CircuitBreakerState.OPEN);
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

  @Benchmark
  public Object evenkeel(Evenkeel state) throws Exception {
    try {
      return unwound(state);
    } catch (CallRefusedException refusal) {
      return refusal;
    }
  }

  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  private static String unwound(Evenkeel state) throws Exception {
    return state.call();
  }

  @Benchmark
  public Object resilience4j(Resilience4j state) throws Exception {
    try {
      return unwound(state);
    } catch (CallNotPermittedException refusal) {
      return refusal;
    }
  }

  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  private static String unwound(Resilience4j state) throws Exception {
    return state.call();
  }

  @Benchmark
  public Object resilience4jWithoutTrace(Resilience4jWithoutTrace state) throws Exception {
    try {
      return unwound(state);
    } catch (CallNotPermittedException refusal) {
      return refusal;
    }
  }

  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  private static String unwound(Resilience4jWithoutTrace state) throws Exception {
    return state.call();
  }

  @Benchmark
  public Object failsafe(Failsafe state) throws Exception {
    try {
      return unwound(state);
    } catch (CircuitBreakerOpenException refusal) {
      return refusal;
    }
  }

  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  private static String unwound(Failsafe state) throws Exception {
    return state.call();
  }

  @Benchmark
  public Object smallRye(SmallRye state) throws Exception {
    try {
      return unwound(state);
    } catch (
        org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException refusal) {
      return refusal;
    }
  }

  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  private static String unwound(SmallRye state) throws Exception {
    return state.call();
  }

  @Benchmark
  public Object sentinel(Sentinel state) throws Exception {
    try {
      return unwound(state);
    } catch (BlockException refusal) {
      return refusal;
    }
  }

  @CompilerControl(CompilerControl.Mode.DONT_INLINE)
  private static String unwound(Sentinel state) throws Exception {
    return state.call();
  }

  static CircuitBreakerConfig withoutTrace() {
    return CircuitBreakerConfig.from(Settings.countWindow())
        .writableStackTraceEnabled(false)
        .build();
  }
}
