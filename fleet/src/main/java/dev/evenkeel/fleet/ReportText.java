package dev.evenkeel.fleet;

import dev.evenkeel.core.GateState;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.StepSums;

/** A member's report as a text. */
final class ReportText {

  private static final String FORMAT = "r1";
  private static final int WORDS = 23;

  private ReportText() {}

  static String of(MemberReport report, long recentGood, long recentBad) {
    Memory memory = report.memory();
    StepSums sums = report.sums();
    return String.join(
        " ",
        FORMAT,
        report.kind().name(),
        Long.toString(report.round()),
        Double.toString(memory.rate()),
        Double.toString(memory.latencyNanos()),
        Double.toString(memory.failureShare()),
        Double.toString(memory.burst()),
        Double.toString(memory.demand()),
        Long.toString(recentGood),
        Long.toString(recentBad),
        Double.toString(report.probability()),
        Double.toString(report.probeLatencyNanos()),
        Long.toString(report.trial()),
        Long.toString(sums.offered()),
        Long.toString(sums.refused()),
        Long.toString(sums.good()),
        Long.toString(sums.bad()),
        Double.toString(sums.nanos()),
        Double.toString(sums.badNanos()),
        Long.toString(sums.judged()),
        Double.toString(sums.logs()),
        Double.toString(sums.squares()),
        Long.toString(Math.max(0, sums.inFlight())));
  }

  /**
   * Reads one. Its counts are those of late.
   *
   * @throws IllegalArgumentException if it is not what {@link #of} writes
   */
  static MemberReport parse(String text) {
    Words words = new Words(text, FORMAT, WORDS);
    GateState.Kind kind = words.constant(GateState.Kind.class);
    long round = words.count();
    Memory memory =
        new Memory(words.number(), words.number(), words.share(), words.number(), words.number());
    long good = words.count();
    long bad = words.count();
    double probability = words.share();
    double probe = words.number();
    long trial = words.count();
    StepSums sums = new StepSums(
        words.count(),
        words.count(),
        words.count(),
        words.count(),
        words.number(),
        words.number(),
        words.count(),
        words.number(),
        words.number(),
        (int) Math.min(Integer.MAX_VALUE, words.count()));
    return new MemberReport(kind, round, memory, good, bad, probability, probe, trial, sums);
  }
}
