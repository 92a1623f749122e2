package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.micrometer.EvenkeelMeter;
import dev.evenkeel.micrometer.EvenkeelMetrics;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Calls that a Micrometer registry counts, each module with its defaults: Resilience4j's times
 * every call, Evenkeel's those of a pipeline that is not busy and a sample of the rest. Beside it
 * all calls timed, the full stack with its metrics, and a listener that only wants changes of
 * state.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class BreakerWithMetrics {

  /** With the metrics of the module. */
  public abstract static class Counted extends EvenkeelCall {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final boolean timesAll;

    Counted(Pipeline pipeline, boolean timesAll) {
      super(pipeline);
      this.timesAll = timesAll;
      Pipelines pipelines = Pipelines.create();
      EvenkeelMetrics.Builder metrics = EvenkeelMetrics.builder(pipelines);
      (timesAll ? metrics.timeEveryCall() : metrics).build().bindTo(registry);
      Pipeline unused = pipelines.add(pipeline);
    }

    @TearDown
    public void check() {
      verifyClosedAndFull();
      double before = counted();
      long timed = timed();
      Verify.reaches(dependency, this::call);
      Verify.that(counted() == before + 10, "the registry counts each call");
      Verify.that(timed > 0, "the registry times calls");
      Verify.that(!timesAll || timed() == timed + 10, "it times each call");
    }

    private double counted() {
      return registry
          .get(EvenkeelMeter.CALLS.meterName())
          .tag("outcome", "success")
          .functionCounter()
          .count();
    }

    private long timed() {
      return registry
          .get(EvenkeelMeter.CALL_DURATION.meterName())
          .tag("outcome", "success")
          .timer()
          .count();
    }
  }

  private static Pipeline breaker() {
    return Pipeline.of("benchmark", CircuitBreaker.of(Settings.countWindow()));
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends Counted {
    public Evenkeel() {
      super(breaker(), false);
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelTimingAll extends Counted {
    public EvenkeelTimingAll() {
      super(breaker(), true);
    }
  }

  @Benchmark
  public String evenkeelTimingAll(EvenkeelTimingAll state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelFullStack extends Counted {
    public EvenkeelFullStack() {
      super(Pipeline.of("benchmark", fullStack()), false);
    }
  }

  @Benchmark
  public String evenkeelFullStack(EvenkeelFullStack state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelStates extends EvenkeelCall {
    private final AtomicInteger changes;

    public EvenkeelStates() {
      this(new AtomicInteger());
    }

    private EvenkeelStates(AtomicInteger changes) {
      super(Pipeline.builder("benchmark")
          .policies(CircuitBreaker.of(Settings.countWindow()))
          .listener(new PipelineListener() {
            @Override
            public void onStateChange(StateChange change) {
              changes.incrementAndGet();
            }
          })
          .build());
      this.changes = changes;
    }

    @TearDown
    public void check() {
      verifyClosedAndFull();
      Verify.that(changes.get() == 0, "nothing has changed");
      pipeline.policy(CircuitBreaker.class).orElseThrow().forceOpen("a check");
      Verify.that(changes.get() == 1, "the listener hears of changes");
    }
  }

  @Benchmark
  public String evenkeelStates(EvenkeelStates state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class Resilience4j {
    final Dependency dependency = new Dependency();
    final MeterRegistry registry = new SimpleMeterRegistry();
    final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(Settings.countWindow());
    final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        breakers.circuitBreaker("benchmark");
    final Supplier<String> decorated =
        io.github.resilience4j.circuitbreaker.CircuitBreaker.decorateSupplier(
            breaker, dependency::answer);

    public Resilience4j() {
      TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(registry);
    }

    final String call() {
      return decorated.get();
    }

    @TearDown
    public void check() {
      Timer timer = registry
          .get("resilience4j.circuitbreaker.calls")
          .tag("kind", "successful")
          .timer();
      long before = timer.count();
      Verify.reaches(dependency, this::call);
      Verify.that(timer.count() == before + 10, "the registry counts each call");
    }
  }

  @Benchmark
  public String resilience4j(Resilience4j state) {
    return state.call();
  }
}
