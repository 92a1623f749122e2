package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.core.Pipeline;
import io.smallrye.faulttolerance.api.TypedGuard;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The full stack with its timeout around a stage that is not complete when it is returned, so that
 * the timeout is armed and everything goes on in callbacks; the same thread completes it then. What
 * truly asynchronous calls cost, without the noise of another thread. Not for Failsafe, which
 * starts every stage on a thread of its own: see {@link AsyncStage}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PendingStage {

  /** Each thread's own end of the line. */
  abstract static class Caller {
    private CompletableFuture<String> pending = new CompletableFuture<>();

    final CompletionStage<String> begin() {
      pending = new CompletableFuture<>();
      return pending;
    }

    final String end(Dependency dependency, CompletionStage<String> result) {
      pending.complete(dependency.answer());
      return result.toCompletableFuture().join();
    }
  }

  @State(Scope.Benchmark)
  public static class Nothing {
    final Dependency dependency = new Dependency();
  }

  @State(Scope.Thread)
  public static class BareCaller extends Caller {}

  @Benchmark
  public String bare(Nothing shared, BareCaller caller) {
    return caller.end(shared.dependency, caller.begin());
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    public Evenkeel() {
      super(fullStack());
    }

    @TearDown
    public void check() {
      verifyClosedAndFull();
      Verify.endsWhatIsSilent(dependency, () -> callAsync().join());
    }
  }

  @State(Scope.Thread)
  public static class EvenkeelCaller extends Caller {
    final Supplier<CompletionStage<String>> stage = this::begin;
  }

  @Benchmark
  public String evenkeel(Evenkeel shared, EvenkeelCaller caller) {
    Pipeline pipeline = shared.pipeline;
    return caller.end(shared.dependency, pipeline.callAsync(caller.stage));
  }

  @State(Scope.Benchmark)
  public static class Resilience4j extends Resilience4jCall {
    final ScheduledExecutorService scheduler = scheduler();

    @TearDown
    public void check() {
      verifyClosedAndFull();
      Verify.endsWhatIsSilent(
          dependency,
          () -> fullStackAsync(dependency::completedStage, scheduler)
              .get()
              .toCompletableFuture()
              .join());
    }
  }

  @State(Scope.Thread)
  public static class Resilience4jCaller extends Caller {
    Supplier<CompletionStage<String>> decorated = this::begin;

    @Setup
    public void decorate(Resilience4j shared) {
      decorated = shared.fullStackAsync(this::begin, shared.scheduler);
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j shared, Resilience4jCaller caller) {
    return caller.end(shared.dependency, caller.decorated.get());
  }

  @State(Scope.Benchmark)
  public static class SmallRye {
    final Dependency dependency = new Dependency();
    final TypedGuard<CompletionStage<String>> guard = SmallRyeCall.fullStackOfStages();

    @TearDown
    public void check() {
      SmallRyeCall.verifyClosed();
      Verify.endsWhatIsSilent(
          dependency,
          () -> guard.get(dependency::completedStage).toCompletableFuture().join());
    }
  }

  @State(Scope.Thread)
  public static class SmallRyeCaller extends Caller {
    final Supplier<CompletionStage<String>> stage = this::begin;
  }

  @Benchmark
  public String smallRye(SmallRye shared, SmallRyeCaller caller) {
    return caller.end(shared.dependency, shared.guard.get(caller.stage));
  }
}
