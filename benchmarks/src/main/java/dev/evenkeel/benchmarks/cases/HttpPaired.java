package dev.evenkeel.benchmarks.cases;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The requests of {@link HttpLoopback} in pairs: a block with and a block without, in turns, in one
 * JVM. Two JVMs differ by more than what is looked for, a few per cent of a request; two blocks
 * beside each other do not. Reported are what a bare request takes, the median of all blocks, and
 * that times the median of how the two blocks of a pair compare.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class HttpPaired {

  private static final int REQUESTS = 50;
  private static final int MOST_PAIRS = 100_000;

  /** What was measured. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Figures {

    private final double[] bareNanos = new double[MOST_PAIRS];
    private final double[] ratios = new double[MOST_PAIRS];
    private int pairs;

    @Setup(Level.Iteration)
    public void begin() {
      pairs = 0;
    }

    void add(double bare, double ours) {
      if (pairs < MOST_PAIRS) {
        bareNanos[pairs] = bare / REQUESTS;
        ratios[pairs] = ours / bare;
        pairs++;
      }
    }

    /** Nanoseconds for a request. */
    public double bare() {
      return median(bareNanos);
    }

    /** Nanoseconds for a request. */
    public double ours() {
      return median(bareNanos) * median(ratios);
    }

    private double median(double[] values) {
      if (pairs == 0) {
        return 0;
      }
      double[] sorted = Arrays.copyOf(values, pairs);
      Arrays.sort(sorted);
      return sorted[pairs / 2];
    }
  }

  /** The one against the other. */
  @State(Scope.Benchmark)
  public abstract static class Pair {

    private final HttpLoopback.Bare bare = new HttpLoopback.Bare();
    private final HttpLoopback.Bare ours;
    private boolean oursFirst;

    Pair(HttpLoopback.Bare ours) {
      this.ours = ours;
    }

    final double compare(Figures figures) throws Exception {
      oursFirst = !oursFirst;
      double first = block(oursFirst ? ours : bare);
      double second = block(oursFirst ? bare : ours);
      figures.add(oursFirst ? second : first, oursFirst ? first : second);
      return first + second;
    }

    private static double block(HttpLoopback.Bare one) throws Exception {
      long began = System.nanoTime();
      int length = 0;
      for (int i = 0; i < REQUESTS; i++) {
        length += one.call().length();
      }
      double nanos = (double) (System.nanoTime() - began);
      Verify.that(length == REQUESTS * "ok".length(), "each request is answered");
      return nanos;
    }

    @TearDown
    public void check() throws Exception {
      bare.check();
      ours.check();
    }
  }

  /** Two that are the same: what this comparison cannot tell apart. */
  public static class Control extends Pair {
    public Control() {
      super(new HttpLoopback.Bare());
    }
  }

  @Benchmark
  public double control(Control pair, Figures figures) throws Exception {
    return pair.compare(figures);
  }

  /** Deadlines and headers, without a policy. */
  public static class Client extends Pair {
    public Client() {
      super(new HttpLoopback.EvenkeelClient());
    }
  }

  @Benchmark
  public double client(Client pair, Figures figures) throws Exception {
    return pair.compare(figures);
  }

  /** With what protects a call. */
  public static class ClientFullStack extends Pair {
    public ClientFullStack() {
      super(new HttpLoopback.EvenkeelClientFullStack());
    }
  }

  @Benchmark
  public double clientFullStack(ClientFullStack pair, Figures figures) throws Exception {
    return pair.compare(figures);
  }

  /** A filter that reads the headers and arms nothing. */
  public static class Server extends Pair {
    public Server() {
      super(new HttpLoopback.EvenkeelServer());
    }
  }

  @Benchmark
  public double server(Server pair, Figures figures) throws Exception {
    return pair.compare(figures);
  }

  /** With a deadline for each call, and a limit. */
  public static class ServerLimits extends Pair {
    public ServerLimits() {
      super(new HttpLoopback.EvenkeelServerLimits());
    }
  }

  @Benchmark
  public double serverLimits(ServerLimits pair, Figures figures) throws Exception {
    return pair.compare(figures);
  }
}
