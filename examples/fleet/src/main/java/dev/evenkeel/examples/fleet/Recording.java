package dev.evenkeel.examples.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What came in from the processes, by the time of its coming, in bins of {@link Settings#BIN} since
 * the users began to come; what comes before is left out. Thread-safe.
 */
final class Recording {

  static final double BIN_SECONDS = Settings.seconds(Settings.BIN);

  private final int processes;
  private final List<Bin> sums = new ArrayList<>();
  private final List<double[]> shares = new ArrayList<>(); // of each process
  private final List<Double> capacities = new ArrayList<>();
  private final Bin[] last;
  private boolean started;
  private long startNanos;

  Recording(int processes) {
    this.processes = processes;
    last = new Bin[processes];
    Arrays.fill(last, Bin.NOTHING);
  }

  synchronized void start() {
    started = true;
    startNanos = System.nanoTime();
  }

  /** Since the start; 0 before. */
  synchronized double seconds() {
    return started ? (System.nanoTime() - startNanos) / 1e9 : 0;
  }

  private int present() {
    int index = (int) Math.max(0, seconds() / BIN_SECONDS);
    while (sums.size() <= index) {
      sums.add(Bin.NOTHING);
      double[] now = new double[processes];
      for (int i = 0; i < processes; i++) {
        now[i] = last[i].share();
      }
      shares.add(now);
      capacities.add(Double.NaN);
    }
    return index;
  }

  synchronized void member(int process, Bin bin) {
    if (!started) {
      return;
    }
    int index = present();
    last[process] = bin;
    sums.set(index, sums.get(index).plus(bin));
    shares.get(index)[process] = bin.share();
  }

  synchronized void service(double capacity) {
    if (started) {
      capacities.set(present(), capacity);
    }
  }

  synchronized List<Bin> sums() {
    return List.copyOf(sums);
  }

  synchronized List<Double> capacities() {
    return List.copyOf(capacities);
  }

  /** The share that each process let through, by bin. */
  synchronized List<double[]> shares() {
    return shares.stream().map(double[]::clone).toList();
  }

  synchronized List<Bin> last() {
    return List.of(last);
  }
}
