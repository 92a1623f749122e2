package dev.evenkeel.simulator;

import dev.evenkeel.simulator.world.Broken;
import dev.evenkeel.simulator.world.CallLog;
import dev.evenkeel.simulator.world.LivenessJudge;
import dev.evenkeel.simulator.world.Loss;
import dev.evenkeel.simulator.world.NeverWorseJudge;
import dev.evenkeel.simulator.world.Relapses;
import dev.evenkeel.simulator.world.World;
import dev.evenkeel.simulator.world.WorldResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One world: runs it with each policy, and judges. */
final class WorldRun {

  private static final String[] PHASES = {"0.1667", "0.5", "0.8333"};
  private static final int CONFIRMATIONS = 4;
  private static final long SEED_DISTANCE = 1_000_000_007L;
  private static final double LEAST_SECONDS = 60;
  private static final double LEAST_CALLS = 60; // asked, so that 30 are answered at half of them
  private static final double LEAST_DURATIONS = 10;
  private static final double LEAST_BURSTS = 2;

  private final World world;
  private final Scenario scenario;
  private final double end;

  WorldRun(World world) {
    this.world = world;
    Map<Field, String> given = new EnumMap<>(Field.class);
    world.fields().forEach((key, value) -> {
      Field field = Field.of(key);
      if (field == null) {
        throw new ScenarioException(key + ": no such field (in a generated world)");
      }
      given.put(field, value);
    });
    scenario = new Scenario(given);
    end = scenario.endSeconds();
  }

  Scenario scenario() {
    return scenario;
  }

  WorldResult result(List<PolicyName> others) {
    Simulation ours = new Simulation(scenario, PolicyName.EVENKEEL, world.seed());
    CallLog log = new CallLog(Math.round(scenario.returnsSeconds() * 1e9));
    Recorder run = ours.logInto(log).run(false);
    LivenessJudge liveness = liveness(run, ours.arrivals());
    List<Broken> broken = new ArrayList<>(liveness.judged() == 0 ? List.of() : liveness.judge(log));
    List<Loss> all = new ArrayList<>();
    all.add(loss(PolicyName.EVENKEEL, run));
    all.addAll(withoutFailback(world.seed()));
    broken.addAll(neverWorse(noticeCalls(ours.arrivals()), all.get(0), all.subList(1, all.size())));
    for (PolicyName policy : others) {
      all.add(loss(policy, world.seed()));
    }
    return new WorldResult(world, all, scenario.laterRate(), liveness.judged(), broken);
  }

  private List<Loss> withoutFailback(long seed) {
    List<Loss> losses = new ArrayList<>();
    for (String phase : PHASES) {
      Scenario phased = scenario.with(Field.R4J_FIRST_WAIT, phase);
      Recorder run = new Simulation(phased, PolicyName.WITHOUT_FAILBACK, seed).run(false);
      losses.add(loss(PolicyName.WITHOUT_FAILBACK, run));
    }
    return losses;
  }

  /** One run is one draw: what looks broken is looked at with other seeds too. */
  private List<Broken> neverWorse(double noticeCalls, Loss our, List<Loss> their) {
    NeverWorseJudge first = new NeverWorseJudge(noticeCalls, scenario.laterRate());
    first.add(our, their);
    if (first.judge().isEmpty()) {
      return List.of();
    }
    List<List<Loss>> theirs = new ArrayList<>();
    theirs.add(their);
    for (int i = 1; i <= CONFIRMATIONS; i++) {
      theirs.add(withoutFailback(seed(i)));
    }
    List<Broken> broken = neverWorse(noticeCalls, scenario, theirs);
    boolean haveTripped = theirs.stream().flatMap(List::stream).anyMatch(loss -> loss.trips() > 0);
    // Where only ours has tripped there is no way back to compare it with: then by the same rule.
    return broken.isEmpty() || haveTripped || scenario.is(Field.ROW_RULE, "no")
        ? broken
        : neverWorse(noticeCalls, scenario.with(Field.ROW_RULE, "no"), theirs);
  }

  private List<Broken> neverWorse(double noticeCalls, Scenario our, List<List<Loss>> theirs) {
    NeverWorseJudge judge = new NeverWorseJudge(noticeCalls, our.laterRate());
    for (int i = 0; i < theirs.size(); i++) {
      judge.add(
          loss(PolicyName.EVENKEEL, new Simulation(our, PolicyName.EVENKEEL, seed(i)).run(false)),
          theirs.get(i));
    }
    return judge.judge();
  }

  private long seed(int confirmation) {
    return world.seed() + confirmation * SEED_DISTANCE;
  }

  private Loss loss(PolicyName policy, long seed) {
    return loss(policy, new Simulation(scenario, policy, seed).run(false));
  }

  private Loss loss(PolicyName policy, Recorder run) {
    int from = run.returnBin;
    int to = run.bins - 2;
    boolean[] down = new boolean[run.bins];
    for (int bin = 0; bin < down.length; bin++) {
      down[bin] = run.capacity[bin] == 0;
    }
    double least = Math.max(5, LEAST_BURSTS * scenario.number(Field.BURST_EVERY));
    Relapses relapses = Relapses.of(
        run.first, run.answered, down, from, to, (int) Math.ceil(least / Recorder.BIN_SECONDS));
    double patience = scenario.number(Field.TIMEOUT) + 1; // what is asked later may be on its way
    int last = Math.max(from, to - (int) Math.ceil(patience / Recorder.BIN_SECONDS));
    int late = last - (last - from) / 5;
    double asked = 0;
    double answered = 0;
    for (int bin = late; bin < last; bin++) {
      asked += run.first[bin];
      answered += run.answered[bin];
    }
    return new Loss(
        policy.label,
        run.askedAfter,
        run.lostAfter,
        relapses,
        run.trips,
        asked == 0 ? 1 : answered / asked,
        run.events);
  }

  private LivenessJudge liveness(Recorder run, Arrivals arrivals) {
    Outlook outlook = new Outlook(scenario);
    double able = bearsItself(outlook) ? outlook.ableSeconds(run) : Double.POSITIVE_INFINITY;
    int clients = scenario.clients();
    long[] from = new long[clients];
    long[] within = new long[clients];
    for (int client = 0; client < clients; client++) {
      double rate = arrivals.rate(client) * scenario.number(Field.LOAD_AFTER);
      double seconds = Math.max(
          Math.max(LEAST_SECONDS, LEAST_CALLS / rate),
          Math.max(
              LEAST_DURATIONS * outlook.latencyAfter(),
              LEAST_BURSTS * scenario.number(Field.BURST_EVERY)));
      from[client] = nanos(Math.max(able, ownTrouble(client)));
      within[client] = nanos(seconds);
    }
    return new LivenessJudge(from, within, nanos(end));
  }

  private static long nanos(double seconds) {
    return seconds >= 1e9 ? Long.MAX_VALUE : Math.round(seconds * 1e9);
  }

  /** Until when a process has trouble of its own making. */
  private double ownTrouble(int client) {
    double until = 0;
    if (isAmong(Field.RESTART_SHARE, client)) {
      until = scenario.atNanos(Field.RESTART_AT) / 1e9 + scenario.number(Field.STARTUP_LENGTH);
    }
    if (isAmong(Field.RESET_SHARE, client)) {
      until = Math.max(until, scenario.atNanos(Field.RESET_AT) / 1e9);
    }
    if (isAmong(Field.FREEZE_SHARE, client)) {
      until = Math.max(
          until, scenario.atNanos(Field.FREEZE_AT) / 1e9 + scenario.number(Field.FREEZE_LENGTH));
    }
    return until;
  }

  private boolean isAmong(Field share, int client) {
    return client < Math.ceil(scenario.number(share) * scenario.clients() - 1e-9);
  }

  /** Whether a stricter breaker than ours stays closed where there is no trouble at all. */
  private boolean bearsItself(Outlook outlook) {
    Scenario calm = Calm.of(scenario);
    Recorder run = new Simulation(calm, PolicyName.EVENKEEL, world.seed()).run(false);
    return run.trips == 0 && run.lostAfter <= outlook.mostFailed() * run.askedAfter + 3;
  }

  /** The calls that are asked for until all processes have noticed the return. */
  private double noticeCalls(Arrivals arrivals) {
    double share = scenario.number(Field.PROBE_SHARE);
    double least = scenario.number(Field.MIN_COOLDOWN);
    double most = scenario.number(Field.MAX_COOLDOWN);
    double dead = scenario.is(Field.DEAD_CALLS, "hang")
        ? scenario.number(Field.TIMEOUT)
        : Math.min(scenario.number(Field.TIMEOUT), scenario.number(Field.FAIL_AFTER));
    double probe = Math.min(dead, scenario.number(Field.PROBE_LEASE));
    double mean = 0;
    double variance = 0;
    double longest = 0;
    for (int client = 0; client < scenario.clients(); client++) {
      double before = arrivals.rate(client);
      double wait = Math.max(least, Math.min(most, 1 / (share * before))) + probe;
      double calls = before * scenario.number(Field.LOAD_AFTER) * wait;
      mean += 1.03 * calls / 2;
      variance += calls * calls / 12;
      longest += 1.3 * calls;
    }
    double once = Math.min(longest, mean + 3 * Math.sqrt(variance));
    return scenario.number(Field.AGAIN_AFTER) > 0 ? 2 * once : once;
  }
}
