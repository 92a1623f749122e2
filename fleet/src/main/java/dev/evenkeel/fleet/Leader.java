package dev.evenkeel.fleet;

import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.FleetView;
import dev.evenkeel.failback.Lesson;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.RampController;
import dev.evenkeel.failback.StepSums;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the member that leads does with the reports of all: finds out whether most of them cannot
 * reach the dependency, shares the probes out, and runs the ramp on the sums. Pure: reports in,
 * shared state out. Not thread-safe.
 */
final class Leader {

  /** Who has said nothing for so long has no vote: more than a calm exchange takes. */
  static final long VOTE_NANOS = TimeUnit.MILLISECONDS.toNanos(7_500);

  /**
   * Of all members, in healthy times. What is in flight is so little and the store so slow that one
   * ramp for all would swing: the queue of a few calls has built up before anybody hears of it.
   */
  private static final double LEAST_IN_FLIGHT = 16;

  private static final int MOST_WITNESSES = 5; // of a return, after relapses
  private static final double BEARS = 2; // times the calls in flight of healthy times
  private static final double WAVE_SECONDS = 1; // until its calls are back, and have told
  private static final double MOST_WAVES = 15; // as long as one alone may wait for its next probe
  private static final double MOST_PROBE_WAIT_SECONDS = 60;
  private static final double LEAST_PROBES = 0.5; // a second, of all: a return is seen within 2 s
  private static final double PROBE_WAIT_ALONE_SECONDS = 15; // as without a fleet

  private final FleetMember member;
  private Lesson lesson = Lesson.NONE;
  private @Nullable RampController controller;
  private @Nullable Crowd crowd;
  private long judgedFromNanos;
  private double latencyNanos;
  private long steppedNanos;
  private @Nullable Flow flow;

  Leader(FleetMember member) {
    this.member = member;
  }

  /**
   * What follows from the reports.
   *
   * @param state of now, with the number of members
   * @param rows the reports
   * @param nowNanos the present time
   */
  SharedState step(SharedState state, List<Row> rows, long nowNanos) {
    return switch (state.kind()) {
      case OPEN -> open(state, rows, nowNanos);
      case RAMPING -> ramping(state, rows, nowNanos);
      default -> closed(state, rows);
    };
  }

  private SharedState closed(SharedState state, List<Row> rows) {
    List<Row> voters = voters(rows);
    long away = voters.stream().filter(Row::isAway).count();
    boolean anyOpen = voters.stream().anyMatch(Row::isOpen);
    return anyOpen && 2 * away > voters.size() ? opened(state, rows, 0) : state.closed();
  }

  private static List<Row> voters(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.ageNanos() < VOTE_NANOS && (row.isAway() || row.isWell()))
        .toList();
  }

  private SharedState opened(SharedState state, List<Row> rows, long relapses) {
    controller = null;
    crowd = null;
    if (relapses == 0) {
      lesson = Lesson.NONE;
    }
    Memory memory = Crowd.memory(rows);
    double heard = Math.max(1, rows.size());
    double members = Math.max(heard, (double) state.members());
    double probes = member.probesPerSecond(memory.rate() * members / heard);
    double alone = Math.min(LEAST_PROBES, members / PROBE_WAIT_ALONE_SECONDS);
    double wait = Math.min(MOST_PROBE_WAIT_SECONDS, members / Math.max(alone, probes));
    double latency = memory.latencyNanos() > 0 ? memory.latencyNanos() : state.latencyNanos();
    return state.open(relapses, (long) (wait * 1e9), latency);
  }

  private SharedState open(SharedState state, List<Row> rows, long nowNanos) {
    List<Row> voters = voters(rows);
    List<Row> witnesses =
        voters.stream().filter(row -> isWitness(row, state.round())).toList();
    long open = voters.stream().filter(Row::isOpen).count();
    long needed = Math.min(MOST_WITNESSES, Math.min(1 + state.relapses(), Math.max(1, open / 2)));
    if (witnesses.size() >= needed) {
      Memory memory = Crowd.memory(rows);
      double members = Math.max((double) state.members(), rows.size());
      double rate = memory.rate() * members / rows.size();
      double inFlight = rate * memory.latencyNanos() / 1e9;
      if (inFlight < LEAST_IN_FLIGHT) {
        return state.eachAlone(startNanos(members, inFlight));
      }
      double probe = Crowd.median(witnesses, row -> row.report().probeLatencyNanos());
      RampController ramp = member.ramp(memory, probe, lesson, nowNanos);
      return begun(state, ramp, new Crowd(state.round(), true), memory, nowNanos);
    }
    long away = voters.stream().filter(Row::isAway).count();
    boolean isOver = !voters.isEmpty() && 4 * away < voters.size();
    return isOver ? state.closed() : opened(state, rows, state.relapses());
  }

  /** Each begins with a call in flight: as many at a time as the dependency may bear. */
  private static long startNanos(double members, double inFlight) {
    double waves = members / Math.max(1, BEARS * inFlight);
    return (long) (1e9 * WAVE_SECONDS * Math.max(0, Math.min(MOST_WAVES, waves - 1)));
  }

  /** On a ramp that its own probe began; whoever still is on the fleet's last one is none. */
  private static boolean isWitness(Row row, long round) {
    long followed = row.report().round();
    return row.isRamping() && (followed == 0 || followed < round - 1);
  }

  private SharedState begun(
      SharedState state, RampController ramp, Crowd sums, Memory memory, long nowNanos) {
    controller = ramp;
    crowd = sums;
    judgedFromNanos = ramp.judgedFromNanos();
    latencyNanos = memory.latencyNanos();
    steppedNanos = nowNanos;
    double delay = (Pace.epochNanos(state.members()) + Pace.STEP_NANOS / 2.0) / 1e9;
    flow = new Flow(
        memory, delay, ramp.admitProbability() * memory.demand() / Math.max(1e-9, memory.rate()));
    return published(state, ramp, -1, state.trial() + 1);
  }

  private SharedState published(SharedState state, RampController ramp, double share, long trial) {
    return state.ramping(
        share < 0 ? ramp.admitProbability() : ramp.admitProbability(share),
        ramp.multiple(),
        trial,
        latencyNanos,
        ramp.latencyNanos());
  }

  private SharedState ramping(SharedState state, List<Row> rows, long nowNanos) {
    long onTheWay = rows.stream().filter(row -> row.isOpen() || row.isRamping()).count();
    long relapsed = rows.stream()
        .filter(row -> row.isOpen() && row.report().round() == state.round())
        .count();
    boolean isOver = onTheWay == 0 && !rows.isEmpty();
    if (state.isEachAlone()) {
      SharedState goesOn = isOver ? state.closed() : state;
      boolean mostRelapsed = 2 * relapsed > rows.size(); // whose ramp has ended is one of them
      return mostRelapsed ? opened(state, rows, state.relapses() + 1) : goesOn;
    }
    RampController ramp = controller;
    Crowd sums = crowd;
    if (ramp == null || sums == null) {
      return takenOver(state, rows, nowNanos);
    }
    StepSums since = sums.since(rows, state.trial());
    RampController.Decision decision = ramp.step(nowNanos, since);
    if (decision == RampController.Decision.RELAPSE || 2 * relapsed > onTheWay) {
      lesson = ramp.lesson();
      return opened(state, rows, state.relapses() + 1);
    }
    if (decision == RampController.Decision.EXIT || isOver) {
      return state.closed();
    }
    boolean tries = ramp.judgedFromNanos() != judgedFromNanos;
    judgedFromNanos = ramp.judgedFromNanos();
    double share = flow == null
        ? -1
        : flow.share(
            ramp.multiple(), ramp.latencyNanos() / 1e9, since, (nowNanos - steppedNanos) / 1e9);
    steppedNanos = nowNanos;
    return published(state, ramp, share, state.trial() + (tries ? 1 : 0));
  }

  /** Goes on where another one has stopped: from the share that was in force. */
  private SharedState takenOver(SharedState state, List<Row> rows, long nowNanos) {
    Memory memory = Crowd.memory(rows);
    if (memory.rate() == 0) {
      return state; // nobody has said anything yet
    }
    double latency = state.latencyNanos() > 0 ? state.latencyNanos() : memory.latencyNanos();
    double known = Math.max(0, 2 * state.nowNanos() - latency);
    RampController ramp = member.ramp(memory, known, lesson, nowNanos);
    double share = state.probability() * Math.max(memory.rate(), memory.demand()) / memory.rate();
    return begun(
        state, ramp.beginAt(Math.min(1, share)), new Crowd(state.round(), false), memory, nowNanos);
  }

  /** Whether it has a ramp to go on with. */
  static boolean isActive(SharedState state) {
    return state.kind() != FleetView.Kind.CLOSED;
  }
}
