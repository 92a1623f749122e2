package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import io.smallrye.faulttolerance.api.TypedGuard;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The same while 10,000 other timeouts are armed, each for a call that is under way. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimeoutWithManyOutstanding {

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    // Asynchronous calls that nobody answers, on the same kernel.
    final Pipeline other = Pipeline.of("outstanding", Timeout.of(Settings.OPEN));
    final List<? extends CompletionStage<?>> outstanding =
        Outstanding.start(() -> other.callAsync(CompletableFuture<String>::new));

    public Evenkeel() {
      super(Timeout.of(Settings.TIMEOUT));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.endsWhatHangs(dependency, this::call);
      Outstanding.verify(outstanding);
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    final List<? extends CompletionStage<?>> outstanding =
        Outstanding.start(() -> dev.failsafe.Failsafe.with(
                dev.failsafe.Timeout.<String>builder(Settings.OPEN).build())
            .getStageAsync(CompletableFuture<String>::new));

    public Failsafe() {
      super(List.of(FailsafeCall.timeout()));
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.endsWhatHangs(dependency, this::call);
      Outstanding.verify(outstanding);
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class SmallRye extends SmallRyeCall {
    final TypedGuard<CompletionStage<String>> other = TypedGuard.create(
            new TypeLiteral<CompletionStage<String>>() {})
        .withTimeout()
        .duration(Settings.OPEN.toHours(), ChronoUnit.HOURS)
        .done()
        .build();
    final List<? extends CompletionStage<?>> outstanding =
        Outstanding.start(() -> other.get(CompletableFuture<String>::new));

    public SmallRye() {
      super(SmallRyeCall::timeout);
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.endsWhatHangs(dependency, this::call);
      Outstanding.verify(outstanding);
    }
  }

  @Benchmark
  public String smallRye(SmallRye state) throws Exception {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class JdkScheduler extends JdkSchedulerCall {
    public JdkScheduler() {
      super(Settings.OUTSTANDING);
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      Verify.endsWhatHangs(dependency, this::call);
      verifyOutstanding();
    }
  }

  @Benchmark
  public String jdkScheduler(JdkScheduler state) throws Exception {
    return state.call();
  }
}
