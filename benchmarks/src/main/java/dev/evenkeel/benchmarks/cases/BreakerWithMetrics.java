package dev.evenkeel.benchmarks.cases;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A closed breaker whose calls a Micrometer registry counts and times. Until Evenkeel has a module
 * for Micrometer, a listener stands for it: one that adds up for a {@code FunctionTimer} to read,
 * and beside it one that records into a {@code Timer}, as Resilience4j's own module does.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BreakerWithMetrics {

  /** Counts and total time for each verdict, read by the registry when it is asked. */
  static final class Adders implements PipelineListener {
    private final LongAdder[] count = new LongAdder[Verdict.values().length];
    private final LongAdder[] nanos = new LongAdder[Verdict.values().length];

    Adders(MeterRegistry registry) {
      for (Verdict verdict : Verdict.values()) {
        int i = index(verdict);
        count[i] = new LongAdder();
        nanos[i] = new LongAdder();
        FunctionTimer.builder(
                "calls",
                this,
                self -> self.count[i].sum(),
                self -> self.nanos[i].sum(),
                TimeUnit.NANOSECONDS)
            .tag("verdict", verdict.name())
            .register(registry);
      }
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      int i = index(verdict);
      count[i].increment();
      nanos[i].add(durationNanos);
    }
  }

  /** A timer for each verdict. */
  static final class Timers implements PipelineListener {
    private final Timer[] timers = new Timer[Verdict.values().length];

    Timers(MeterRegistry registry) {
      for (Verdict verdict : Verdict.values()) {
        timers[index(verdict)] =
            Timer.builder("calls").tag("verdict", verdict.name()).register(registry);
      }
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      timers[index(verdict)].record(durationNanos, TimeUnit.NANOSECONDS);
    }
  }

  @SuppressWarnings("EnumOrdinal") // for as long as the process
  private static int index(Verdict verdict) {
    return verdict.ordinal();
  }

  private static Pipeline heardBy(PipelineListener listener) {
    return Pipeline.builder("benchmark")
        .policies(CircuitBreaker.of(Settings.countWindow()))
        .listener(listener)
        .build();
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    final MeterRegistry registry;

    public Evenkeel() {
      this(new SimpleMeterRegistry());
    }

    private Evenkeel(MeterRegistry registry) {
      super(heardBy(new Adders(registry)));
      this.registry = registry;
    }

    @TearDown
    public void check() {
      verifyClosedAndFull();
      FunctionTimer timer = registry.get("calls").tag("verdict", "SUCCESS").functionTimer();
      double before = timer.count();
      Verify.reaches(dependency, this::call);
      Verify.that(timer.count() == before + 10, "the registry counts each call");
      Verify.that(timer.totalTime(TimeUnit.NANOSECONDS) > before, "the registry times each call");
    }
  }

  @Benchmark
  public String evenkeel(Evenkeel state) {
    return state.call();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelTimer extends EvenkeelCall {
    final MeterRegistry registry;

    public EvenkeelTimer() {
      this(new SimpleMeterRegistry());
    }

    private EvenkeelTimer(MeterRegistry registry) {
      super(heardBy(new Timers(registry)));
      this.registry = registry;
    }

    @TearDown
    public void check() {
      verifyClosedAndFull();
      Timer timer = registry.get("calls").tag("verdict", "SUCCESS").timer();
      long before = timer.count();
      Verify.reaches(dependency, this::call);
      Verify.that(timer.count() == before + 10, "the registry counts each call");
    }
  }

  @Benchmark
  public String evenkeelTimer(EvenkeelTimer state) {
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
