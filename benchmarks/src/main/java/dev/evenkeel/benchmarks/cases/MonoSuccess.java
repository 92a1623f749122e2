package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.reactor.ReactivePipeline;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.retry.RetryOperator;
import io.github.resilience4j.reactor.timelimiter.TimeLimiterOperator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Mono;

/**
 * The full stack with its timeout around a {@code Mono} that has its value when it is subscribed
 * to. It is put together once and subscribed to for each call. Failsafe has nothing for a
 * {@code Mono}: its future is made into one.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class MonoSuccess {

  @State(Scope.Benchmark)
  public static class Bare {
    final Mono<String> mono = new Dependency().mono();
  }

  @Benchmark
  public @Nullable String bare(Bare state) {
    return state.mono.block();
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    final Mono<String> decorated;

    public Evenkeel() {
      super(fullStack());
      decorated = dependency.mono().transform(ReactivePipeline.of(pipeline)::mono);
    }

    final @Nullable String join() {
      return decorated.block();
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
  public @Nullable String evenkeel(Evenkeel state) {
    return state.join();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j extends Resilience4jCall {
    final Mono<String> decorated = dependency
        .mono()
        .transform(TimeLimiterOperator.of(timeLimiter))
        .transform(BulkheadOperator.of(bulkhead))
        .transform(CircuitBreakerOperator.of(breaker))
        .transformDeferred(RetryOperator.of(retry)) // once for each subscriber, as its guide says
        .onErrorReturn(Settings.FALLBACK);

    final @Nullable String join() {
      return decorated.block();
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
  public @Nullable String resilience4j(Resilience4j state) {
    return state.join();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    final Mono<String> decorated;

    public Failsafe() {
      super(fullStack());
      decorated =
          Mono.fromFuture(() -> executor.getStageAsync(() -> dependency.mono().toFuture()), false);
    }

    final @Nullable String join() {
      return decorated.block();
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
  public @Nullable String failsafe(Failsafe state) {
    return state.join();
  }
}
