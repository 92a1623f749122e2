package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The cases again in a JVM in which ten pipelines of different shapes and four call sites are in
 * use before and between the measurements, so that nothing is inlined by luck. {@code rotation}
 * goes through all ten in turn; its figure is for one call.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ManyShapes {

  /** The other pipelines of this JVM. */
  abstract static class Crowded extends EvenkeelCall {
    private final Shapes shapes = new Shapes(new Dependency());

    Crowded(dev.evenkeel.core.Policy... policies) {
      super(policies);
    }

    @Setup(Level.Iteration)
    public void useTheOthers() {
      for (int i = 0; i < 1_000; i++) {
        shapes.once(i);
      }
    }
  }

  @State(Scope.Benchmark)
  public static class FullStack extends Crowded {
    public FullStack() {
      super(fullStack());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      verifyClosedAndFull();
      Verify.endsWhatHangs(dependency, this::call);
    }
  }

  @Benchmark
  public String evenkeelFullStack(FullStack state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class FullStackWithoutTimeout extends Crowded {
    public FullStackWithoutTimeout() {
      super(fullStackWithoutTimeout());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      verifyClosedAndFull();
    }
  }

  @Benchmark
  public String evenkeelFullStackWithoutTimeout(FullStackWithoutTimeout state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Breaker extends Crowded {
    public Breaker() {
      super(CircuitBreaker.of(Settings.countWindow()));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      verifyClosedAndFull();
    }
  }

  @Benchmark
  public String evenkeelBreaker(Breaker state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class TimeoutOnly extends Crowded {
    public TimeoutOnly() {
      super(Timeout.of(Settings.TIMEOUT));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.endsWhatHangs(dependency, this::call);
    }
  }

  @Benchmark
  public String evenkeelTimeout(TimeoutOnly state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Completed extends Crowded {
    public Completed() {
      super(fullStack());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, () -> callAsync().join());
      verifyClosedAndFull();
    }
  }

  @Benchmark
  public String evenkeelCompletedStage(Completed state) {
    return state.callAsync().join();
  }

  @State(Scope.Benchmark)
  public static class All {
    final Dependency dependency = new Dependency();
    final Shapes shapes = new Shapes(dependency);

    @TearDown
    public void check() {
      for (Pipeline pipeline : shapes.pipelines()) {
        Verify.reaches(dependency, () -> pipeline.call(dependency::answer));
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(10)
  public void evenkeelRotation(All state, Blackhole blackhole) {
    for (Pipeline pipeline : state.shapes.pipelines()) {
      blackhole.consume(pipeline.call(state.dependency::answer));
    }
  }
}
