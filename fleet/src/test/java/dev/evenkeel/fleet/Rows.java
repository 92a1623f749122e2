package dev.evenkeel.fleet;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.StepSums;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Reports for tests. */
final class Rows {

  /** Of 10 calls a second that take 2 s: 20 are in flight. */
  static final Memory MEMORY = new Memory(10, 2e9, 0, 0, 10);

  /** The same of a member with so little that a fleet of it does not steer together. */
  static final Memory LITTLE = new Memory(1, 50e6, 0, 0, 1);

  private Rows() {}

  static MemberReport report(Kind kind, long round, long good, long bad, StepSums sums) {
    double probability = kind == Kind.CLOSED ? 1 : 0;
    return new MemberReport(kind, round, MEMORY, good, bad, probability, 0, 0, sums);
  }

  static Row row(String member, Kind kind, long round, long good, long bad) {
    return new Row(member, 0, report(kind, round, good, bad, StepSums.NOTHING));
  }

  static Row little(String member, Kind kind, long round) {
    return new Row(
        member, 0, new MemberReport(kind, round, LITTLE, 0, 0, 0, 0, 0, StepSums.NOTHING));
  }

  static Row open(String member) {
    return row(member, Kind.OPEN, 0, 0, 0);
  }

  static Row well(String member) {
    return row(member, Kind.CLOSED, 0, 10, 0);
  }

  static Row idle(String member) {
    return row(member, Kind.CLOSED, 0, 0, 0);
  }

  /** Its own probe has succeeded. */
  static Row witness(String member) {
    return row(member, Kind.RAMPING, 0, 0, 0);
  }

  static Row following(String member, long round, StepSums sums) {
    return new Row(member, 0, report(Kind.RAMPING, round, 0, 0, sums));
  }

  /** So many calls of 50 ms, of which some failed. */
  static StepSums calls(long offered, long good, long bad) {
    return new StepSums(
        offered, offered - good - bad, good, bad, 50e6 * good, 5e6 * bad, good, 0, 0, 1);
  }

  static List<Row> some(int count, IntFunction<Row> row) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row.apply(i));
    }
    return rows;
  }
}
