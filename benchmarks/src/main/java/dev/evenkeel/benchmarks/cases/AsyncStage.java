package dev.evenkeel.benchmarks.cases;

import io.smallrye.faulttolerance.api.TypedGuard;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The full stack with its timeout around stages that another thread completes. 64 calls are
 * started, then all are waited for; the figure is for one call, with its share of the hand-over to
 * the other thread and back, which the bare case shows.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(AsyncStage.CALLS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class AsyncStage {

  static final int CALLS = 64;

  private static String all(Supplier<? extends CompletionStage<String>> call) {
    CompletableFuture<?>[] started = new CompletableFuture<?>[CALLS];
    for (int i = 0; i < CALLS; i++) {
      started[i] = call.get().toCompletableFuture();
    }
    for (CompletableFuture<?> result : started) {
      result.join();
    }
    return String.valueOf(started[CALLS - 1].join());
  }

  /** The thread that completes the stages. */
  static final class Io {
    private final Dependency dependency;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Threads::daemon);

    Io(Dependency dependency) {
      this.dependency = dependency;
    }

    CompletionStage<String> stage() {
      return CompletableFuture.supplyAsync(dependency::answer, thread);
    }
  }

  @State(Scope.Benchmark)
  public static class Bare {
    final Supplier<CompletionStage<String>> stage = new Io(new Dependency())::stage;
  }

  @Benchmark
  public String bare(Bare state) {
    return all(state.stage);
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    final Supplier<CompletionStage<String>> io = new Io(dependency)::stage;
    final Supplier<CompletableFuture<String>> decorated = () -> pipeline.callAsync(io);

    public Evenkeel() {
      super(fullStack());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, () -> decorated.get().join());
      verifyClosedAndFull();
      Verify.fallsBack(dependency, () -> decorated.get().join());
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return all(state.decorated);
  }

  @State(Scope.Benchmark)
  public static class Resilience4j extends Resilience4jCall {
    final Supplier<CompletionStage<String>> decorated =
        fullStackAsync(new Io(dependency)::stage, scheduler());

    @TearDown
    public void check() {
      Verify.reaches(dependency, () -> decorated.get().toCompletableFuture().join());
      verifyClosedAndFull();
      Verify.fallsBack(dependency, () -> decorated.get().toCompletableFuture().join());
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) {
    return all(state.decorated);
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    final Io io = new Io(dependency);
    final Supplier<CompletableFuture<String>> decorated = () -> executor.getStageAsync(io::stage);

    public Failsafe() {
      super(fullStack());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, () -> decorated.get().join());
      verifyClosed();
      Verify.fallsBack(dependency, () -> decorated.get().join());
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) {
    return all(state.decorated);
  }

  @State(Scope.Benchmark)
  public static class SmallRye {
    final Dependency dependency = new Dependency();
    final TypedGuard<CompletionStage<String>> guard = SmallRyeCall.fullStackOfStages();
    final Supplier<CompletionStage<String>> decorated =
        guard.adaptSupplier(new Io(dependency)::stage);

    @TearDown
    public void check() {
      Verify.reaches(dependency, () -> decorated.get().toCompletableFuture().join());
      SmallRyeCall.verifyClosed();
      Verify.fallsBack(dependency, () -> decorated.get().toCompletableFuture().join());
    }
  }

  @Benchmark
  public String smallRye(SmallRye state) {
    return all(state.decorated);
  }
}
