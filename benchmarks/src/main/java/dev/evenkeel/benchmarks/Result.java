package dev.evenkeel.benchmarks;

/**
 * One figure: what a call costs.
 *
 * @param benchmark the case and the contender, such as {@code full-stack/evenkeel}
 * @param threads how many threads make calls at a time, on one instance
 * @param nanos the median of all iterations, in nanoseconds for a call; NaN if no time was taken
 * @param minNanos the quickest iteration
 * @param maxNanos the slowest one
 * @param bytes what a call allocates; for retained memory, what an object keeps alive
 */
record Result(
    String benchmark, int threads, double nanos, double minNanos, double maxNanos, double bytes) {

  String benchmarkCase() {
    return benchmark.substring(0, benchmark.indexOf('/'));
  }

  String contender() {
    return benchmark.substring(benchmark.indexOf('/') + 1);
  }
}
