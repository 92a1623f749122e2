package dev.evenkeel.simulator;

import java.util.List;
import java.util.Locale;

/** One row for each run. What never came is {@code inf}. */
final class CsvTable {

  private static final String HEAD = "scenario,policy,seed,n,debt_s,debt_limit_s,t99_s,t99_limit_s,"
      + "relapses,wasted,peak,probe_load,jain,p99_ms,admitted_errors,trips,served,events\n";

  private CsvTable() {}

  static String of(List<RunResult> results) {
    StringBuilder rows = new StringBuilder(HEAD);
    for (RunResult run : results) {
      rows.append(String.join(
              ",",
              quoted(run.scenario().name()),
              run.policy().label,
              Long.toString(run.seed()),
              Integer.toString(run.scenario().clients()),
              number(run.debtSeconds(), 3),
              number(run.debtLimitSeconds(), 3),
              number(run.t99Seconds(), 2),
              number(run.t99LimitSeconds(), 2),
              Integer.toString(run.relapses()),
              number(run.wasted(), 6),
              number(run.peak(), 3),
              number(run.probeLoad(), 5),
              number(run.jain(), 4),
              number(run.p99Millis(), 1),
              number(run.admittedErrors(), 6),
              Integer.toString(run.trips()),
              Long.toString(run.served()),
              Long.toString(run.events())))
          .append('\n');
    }
    return rows.toString();
  }

  private static String number(double value, int digits) {
    return Double.isInfinite(value)
        ? "inf"
        : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
