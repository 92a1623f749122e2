package dev.evenkeel.benchmarks.cases;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The full stack with its timeout in 1,000 virtual threads at a time, each of which yields inside
 * the call, so that it may go on on another carrier. The figure is for one call, with the thread's
 * beginning and end, which the bare case shows. Java 21 and newer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(VirtualThreads.THREADS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class VirtualThreads {

  static final int THREADS = 1_000;

  /** Many threads that make the same call. */
  static final class Crowd {
    private final ExecutorService executor = Threads.virtual();
    private final List<Callable<String>> calls;

    Crowd(Callable<String> call) {
      calls = Collections.nCopies(THREADS, call);
    }

    String call() throws InterruptedException, ExecutionException {
      String last = "";
      for (Future<String> result : executor.invokeAll(calls)) {
        last = result.get();
      }
      return last;
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // to leave the carrier, not for the order of things
  private static String yielding(Dependency dependency) {
    Thread.yield();
    return dependency.answer();
  }

  @State(Scope.Benchmark)
  public static class Bare {
    final Dependency dependency = new Dependency();
    final Crowd crowd = new Crowd(() -> yielding(dependency));
  }

  @Benchmark
  public String bare(Bare state) throws Exception {
    return state.crowd.call();
  }

  @State(Scope.Benchmark)
  public static class Evenkeel extends EvenkeelCall {
    final Crowd crowd = new Crowd(() -> pipeline.call(() -> yielding(dependency)));

    public Evenkeel() {
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
  public String evenkeel(Evenkeel state) throws Exception {
    return state.crowd.call();
  }

  @State(Scope.Benchmark)
  public static class Resilience4jVirtual extends Resilience4jCall {
    final Callable<String> decorated = fullStack(Threads.virtual(), () -> yielding(dependency));
    final Crowd crowd = new Crowd(decorated);

    @TearDown
    public void check() {
      Verify.reaches(dependency, decorated);
      verifyClosedAndFull();
      Verify.endsWhatHangs(dependency, decorated);
    }
  }

  @Benchmark
  public String resilience4jVirtual(Resilience4jVirtual state) throws Exception {
    return state.crowd.call();
  }

  @State(Scope.Benchmark)
  public static class Failsafe extends FailsafeCall {
    final Crowd crowd = new Crowd(() -> executor.get(() -> yielding(dependency)));

    public Failsafe() {
      super(fullStack());
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      verifyClosed();
      Verify.endsWhatHangs(dependency, this::call);
    }
  }

  @Benchmark
  public String failsafe(Failsafe state) throws Exception {
    return state.crowd.call();
  }

  @State(Scope.Benchmark)
  public static class SmallRye extends SmallRyeCall {
    final Crowd crowd = new Crowd(() -> guard.call(() -> yielding(dependency)));

    public SmallRye() {
      super(SmallRyeCall::fullStack);
    }

    @TearDown
    public void check() {
      Verify.reaches(dependency, this::call);
      verifyClosed();
      Verify.endsWhatHangs(dependency, this::call);
    }
  }

  @Benchmark
  public String smallRye(SmallRye state) throws Exception {
    return state.crowd.call();
  }
}
