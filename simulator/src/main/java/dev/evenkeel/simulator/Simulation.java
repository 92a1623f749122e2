package dev.evenkeel.simulator;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.Driver;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.Verdict;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** One run: one scenario, one policy, one seed. Discrete events on one thread. */
final class Simulation implements Server.World, Surroundings {

  private static final int ARRIVAL = 0;
  private static final int DONE = 1;
  private static final int RETRY = 2;
  private static final int USER_RETURNS = 3;
  private static final int FAILED = 4;
  private static final int TIMED_OUT = 5;
  private static final int EDGE = 6;
  private static final int TICK = 7;
  private static final int TASK = 8;

  private static final int KIND_SHIFT = 60;
  private static final int SHARD_SHIFT = 48;
  private static final int SHARD_MASK = 0xFFF;
  private static final int EPOCH_SHIFT = 10; // within the shard's bits, above its number
  private static final int GENERATION_SHIFT = 24;
  private static final int LOW_MASK = 0xFFFFFF;

  private static final int FAILED_LANE = 0;
  private static final int TIMEOUT_LANE = 1;

  private static final Object OK = "ok";
  // One of each for all calls of all runs: nobody looks where they come from.
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final IOException DOWN = new IOException("down");

  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final TimeoutException TIMEOUT = new TimeoutException("timeout");

  private final Scenario scenario;
  private final long seed;
  private final EventQueue events = new EventQueue(2);
  private final Calls calls = new Calls();
  private final Arrivals arrivals;
  private final Chance[] users;
  private final Server[] servers;
  private final Member[] members;
  private final SimCall view;
  private final SimKernel kernel;
  private final Recorder recorder;
  private final int clients;
  private final long timeoutNanos;
  private final long failNanos;
  private final boolean hangs;
  private final double returnProbability;
  private final int returns;
  private final long returnMinNanos;
  private final long returnSpanNanos;
  private final int[] trips;
  private long count;

  Simulation(Scenario scenario, PolicyName policy, long seed) {
    this.scenario = scenario;
    this.seed = seed;
    clients = scenario.clients();
    int shards = scenario.count(Field.SHARDS);
    arrivals = new Arrivals(scenario, seed);
    users = chances(seed, Purpose.USERS);
    Chance[] policyChances = chances(seed, Purpose.POLICY);
    view = new SimCall(policyChances);
    kernel = new SimKernel(events, new Chance(seed, Purpose.POLICY, -1), TASK, KIND_SHIFT);
    timeoutNanos = scenario.nanos(Field.TIMEOUT);
    failNanos = scenario.nanos(Field.FAIL_AFTER);
    hangs = scenario.is(Field.DEAD_CALLS, "hang");
    returnProbability = scenario.number(Field.RETURN_PROBABILITY);
    returns = scenario.count(Field.RETURNS);
    returnMinNanos = scenario.nanos(Field.RETURN_AFTER_MIN);
    returnSpanNanos = scenario.nanos(Field.RETURN_AFTER_MAX) - returnMinNanos;
    servers = new Server[shards];
    for (int i = 0; i < shards; i++) {
      servers[i] = new Server(scenario, i, this, new Chance(seed, Purpose.SERVER, i));
    }
    trips = new int[clients * shards];
    recorder = new Recorder(scenario);
    members = new Member[clients * shards];
    for (int i = 0; i < members.length; i++) {
      members[i] = policy.member(this, i / shards, i % shards);
    }
  }

  private Chance[] chances(long seed, int purpose) {
    Chance[] chances = new Chance[clients];
    for (int i = 0; i < clients; i++) {
      chances[i] = new Chance(seed, purpose, i);
    }
    return chances;
  }

  Recorder run(boolean pictured) {
    if (pictured) {
      recorder.picture();
    }
    for (int client = 0; client < clients; client++) {
      events.add(arrivals.next(client, 0), payload(ARRIVAL, 0, 0, client));
    }
    scheduleTrouble();
    events.add(0, payload(TICK, 0, 0, 0));
    long end = Math.round(scenario.endSeconds() * 1e9);
    while (events.next(end)) {
      handle(events.payload(), events.nowNanos());
    }
    int most = 0;
    for (int trip : trips) {
      most = Math.max(most, trip);
    }
    recorder.end(count, most);
    return recorder;
  }

  private static long payload(int kind, int shard, int generation, int number) {
    return (long) kind << KIND_SHIFT
        | (long) shard << SHARD_SHIFT
        | (long) (generation & LOW_MASK) << GENERATION_SHIFT
        | number;
  }

  private void handle(long payload, long now) {
    int kind = (int) (payload >>> KIND_SHIFT);
    int number = (int) (payload & LOW_MASK);
    int generation = (int) (payload >>> GENERATION_SHIFT) & LOW_MASK;
    switch (kind) {
      case ARRIVAL -> {
        count++;
        events.add(arrivals.next(number, now), payload);
        ask(number, 0, now);
      }
      case DONE -> done((int) (payload >>> SHARD_SHIFT) & SHARD_MASK, generation, number, now);
      case RETRY -> {
        count++;
        attempt(number, now);
      }
      case USER_RETURNS -> {
        count++;
        ask(number, generation, now);
      }
      case FAILED -> {
        if (isCurrent(number, generation)) {
          count++;
          ended(number, Verdict.FAILURE, now);
        }
      }
      case TIMED_OUT -> {
        if (isCurrent(number, generation)) {
          count++;
          ended(number, Verdict.TIMEOUT, now);
        }
      }
      case EDGE -> edge(number, now);
      case TICK -> {
        events.add(now + Recorder.BIN_NANOS, payload);
        recorder.tick(servers[0], members, now);
      }
      default -> {
        count++;
        kernel.run(number);
      }
    }
  }

  private boolean isCurrent(int call, int generation) {
    return (calls.generation[call] & LOW_MASK) == generation;
  }

  /** A user asks. */
  private void ask(int client, int tries, long now) {
    int call = calls.take();
    calls.client[call] = client;
    calls.tries[call] = (byte) tries;
    calls.askedNanos[call] = now;
    calls.waitNanos[call] = 0;
    calls.attempt[call] = 1;
    calls.shard[call] = servers.length == 1 ? 0 : users[client].below(servers.length);
    recorder.asked(calls.shard[call], client, tries == 0, now);
    attempt(call, now);
  }

  private void attempt(int call, long now) {
    int client = calls.client[call];
    int shard = calls.shard[call];
    calls.startedNanos[call] = now;
    Gate gate = member(call).gate();
    if (gate != null) {
      view.show(client, calls.attempt[call], now);
      long permit = gate.admit(view, now);
      if (permit < 0) {
        gone(call, false, now);
        return;
      }
      calls.permit[call] = permit;
    }
    Server server = servers[shard];
    recorder.sent(shard, now);
    long tag = payload(0, 0, calls.generation[call], call);
    boolean taken = server.isUp() && server.offer(tag, now);
    calls.atServer[call] = taken;
    if (taken || (hangs && !server.isUp())) {
      events.addToLane(TIMEOUT_LANE, now + timeoutNanos, tag | (long) TIMED_OUT << KIND_SHIFT);
    } else {
      events.addToLane(FAILED_LANE, now + failNanos, tag | (long) FAILED << KIND_SHIFT);
    }
  }

  private Member member(int call) {
    return members[calls.client[call] * servers.length + calls.shard[call]];
  }

  @Override
  public void doneAt(long atNanos, Server server, long job) {
    int mark = server.index | (server.epoch() & 3) << EPOCH_SHIFT;
    events.add(atNanos, job | (long) DONE << KIND_SHIFT | (long) mark << SHARD_SHIFT);
  }

  private void done(int mark, int generation, int call, long now) {
    Server server = servers[mark & ((1 << EPOCH_SHIFT) - 1)];
    if (mark >>> EPOCH_SHIFT != (server.epoch() & 3)) {
      return; // died with the server
    }
    count++;
    boolean wanted = isCurrent(call, generation);
    recorder.worked(server.index, wanted, now);
    server.done(now);
    if (wanted) {
      ended(call, Verdict.SUCCESS, now);
    }
  }

  private void ended(int call, Verdict verdict, long now) {
    Member member = member(call);
    calls.atServer[call] = false;
    view.show(calls.client[call], calls.attempt[call], calls.startedNanos[call]);
    switch (verdict) {
      case SUCCESS -> view.result = OK;
      case TIMEOUT -> view.failure = TIMEOUT;
      default -> view.failure = DOWN;
    }
    recorder.attemptEnded(
        calls.shard[call], calls.startedNanos[call], verdict == Verdict.SUCCESS, now);
    boolean retryAllowed = true;
    Gate gate = member.gate();
    if (gate != null) {
      long permit = calls.permit[call];
      retryAllowed = verdict == Verdict.SUCCESS || gate.allowsRetry(view, permit);
      gate.settle(view, permit, verdict, now);
    }
    Driver driver = member.driver();
    if (driver != null) {
      long wait = verdict == Verdict.SUCCESS && driver.accepts(view)
          ? Driver.STOP
          : driver.afterAttempt(view, verdict, calls.waitNanos[call], retryAllowed, now);
      if (wait >= 0) {
        calls.waitNanos[call] = wait;
        calls.attempt[call]++;
        calls.generation[call]++;
        events.add(now + wait, payload(RETRY, 0, 0, call));
        return;
      }
    }
    gone(call, verdict == Verdict.SUCCESS, now);
  }

  /** The user has an answer, or has none. */
  private void gone(int call, boolean good, long now) {
    int client = calls.client[call];
    int tries = calls.tries[call];
    recorder.answered(calls.shard[call], client, calls.askedNanos[call], good, now);
    calls.release(call);
    if (!good && tries < returns && users[client].unit() < returnProbability) {
      long at = now + returnMinNanos + (long) (users[client].unit() * returnSpanNanos);
      events.add(at, payload(USER_RETURNS, 0, tries + 1, client));
    }
  }

  private void scheduleTrouble() {
    long start = scenario.nanos(Field.TROUBLE_START);
    long end = Math.round(scenario.returnsSeconds() * 1e9);
    if (scenario.is(Field.TROUBLE, "flapping")) {
      long period = scenario.nanos(Field.TROUBLE_PERIOD);
      int number = 0;
      for (long at = start; at < end; at += period) {
        events.add(at, payload(EDGE, 0, 0, number++ % 2));
      }
      events.add(end, payload(EDGE, 0, 0, 1));
    } else if (!scenario.is(Field.TROUBLE, "none")) {
      events.add(start, payload(EDGE, 0, 0, 0));
      events.add(end, payload(EDGE, 0, 0, 1));
    }
  }

  private void edge(int good, long now) {
    Server server = servers[0];
    if (scenario.is(Field.TROUBLE, "slow")) {
      server.brake(good == 1 ? 1 : scenario.number(Field.TROUBLE_CAPACITY));
    } else if (scenario.restarts()) {
      if (good == 0) {
        dies(server, now);
      } else if (!server.isUp()) {
        server.returnCold();
      }
    }
  }

  /** Whoever waits for an answer sees the connection end; or, if it hangs, sees nothing. */
  private void dies(Server server, long now) {
    server.die();
    if (!hangs) {
      for (int call = 0; call < calls.used(); call++) {
        if (calls.atServer[call] && calls.shard[call] == server.index) {
          long failed = payload(FAILED, 0, calls.generation[call], call);
          events.addToLane(FAILED_LANE, now + failNanos, failed);
        }
      }
    }
  }

  @Override
  public Scenario scenario() {
    return scenario;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public long nowNanos() {
    return events.nowNanos();
  }

  @Override
  public Server server(int shard) {
    return servers[shard];
  }

  @Override
  public Attachment attachment(int client, int shard) {
    return new Attachment() {
      @Override
      public String pipelineName() {
        return "simulated";
      }

      @Override
      public Kernel kernel() {
        return kernel;
      }

      @Override
      public void stateChanged(StateChange change) {
        // A probe that failed is no new trip.
        if (change.to().kind() == Kind.OPEN && change.from().kind() != Kind.PROBING) {
          tripped(client, shard);
        }
      }
    };
  }

  @Override
  public void tripped(int client, int shard) {
    trips[client * servers.length + shard]++;
  }

  /** The share a process lets through, for the picture. */
  static double share(Member member) {
    return member.gate() instanceof StatefulGate gate ? Math.min(1, gate.state().share()) : 1;
  }
}
