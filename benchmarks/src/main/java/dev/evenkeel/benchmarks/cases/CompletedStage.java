package dev.evenkeel.benchmarks.cases;

import io.smallrye.faulttolerance.api.TypedGuard;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The full stack with its timeout around a stage that is complete when it is returned. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class CompletedStage {

  @State(Scope.Benchmark)
  public static class Bare {
    final Dependency dependency = new Dependency();
  }

  @Benchmark
  public String bare(Bare state) {
    return state.dependency.completedStage().toCompletableFuture().join();
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    public Evenkeel() {
      super(fullStack());
    }

    final String join() {
      return callAsync().join();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::join);
      verifyClosedAndFull();
      Verify.retries(dependency, this::join);
      Verify.endsWhatIsSilent(dependency, this::join);
      Verify.fallsBack(dependency, this::join);
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.join();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j extends Resilience4jCall {
    final Supplier<CompletionStage<String>> decorated =
        fullStackAsync(dependency::completedStage, scheduler());

    final String join() {
      return decorated.get().toCompletableFuture().join();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::join);
      verifyClosedAndFull();
      Verify.retries(dependency, this::join);
      Verify.endsWhatIsSilent(dependency, this::join);
      Verify.fallsBack(dependency, this::join);
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) {
    return state.join();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    public Failsafe() {
      super(fullStack());
    }

    final String join() {
      return callAsync().join();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::join);
      verifyClosed();
      Verify.retries(dependency, this::join);
      Verify.endsWhatIsSilent(dependency, this::join);
      Verify.fallsBack(dependency, this::join);
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) {
    return state.join();
  }

  @State(Scope.Benchmark)
  public static class SmallRye {
    final Dependency dependency = new Dependency();
    final TypedGuard<CompletionStage<String>> guard = SmallRyeCall.fullStackOfStages();
    final Supplier<CompletionStage<String>> decorated =
        guard.adaptSupplier(dependency::completedStage);

    final String join() {
      return decorated.get().toCompletableFuture().join();
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::join);
      SmallRyeCall.verifyClosed();
      Verify.retries(dependency, this::join);
      Verify.endsWhatIsSilent(dependency, this::join);
      Verify.fallsBack(dependency, this::join);
    }
  }

  @Benchmark
  public String smallRye(SmallRye state) {
    return state.join();
  }
}
