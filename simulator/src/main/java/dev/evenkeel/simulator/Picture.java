package dev.evenkeel.simulator;

/**
 * A run over time, in steps of half a second: what was asked for, sent and served a second, what
 * the server could do, and the share the policies let through.
 */
final class Picture {

  static final int BINS = 5;
  static final double STEP_SECONDS = BINS * Recorder.BIN_SECONDS;

  final Scenario scenario;
  final PolicyName policy;

  /** When the first step begins, from the return on. */
  final double fromSeconds;

  final double[] asked;
  final double[] sent;
  final double[] goodput;
  final double[] capacity;
  final double[] share;

  Picture(Recorder recorder, PolicyName policy) {
    scenario = recorder.scenario;
    this.policy = policy;
    int offset = recorder.returnBin % BINS;
    int steps = (recorder.bins - 2 - offset) / BINS;
    fromSeconds = (offset - recorder.returnBin) * Recorder.BIN_SECONDS;
    asked = new double[steps];
    sent = new double[steps];
    goodput = new double[steps];
    capacity = new double[steps];
    share = new double[steps];
    for (int step = 0; step < steps; step++) {
      for (int bin = offset + step * BINS; bin < offset + (step + 1) * BINS; bin++) {
        asked[step] += recorder.asked[bin] / STEP_SECONDS;
        sent[step] += recorder.sent[bin] / STEP_SECONDS;
        goodput[step] += recorder.goodput[bin] / STEP_SECONDS;
        capacity[step] += recorder.capacity[bin] / BINS;
        share[step] += recorder.share[bin] / BINS;
      }
    }
  }
}
