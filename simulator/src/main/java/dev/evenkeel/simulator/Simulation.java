package dev.evenkeel.simulator;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.RetryDriver;
import dev.evenkeel.core.TimelessGate;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.simulator.world.CallLog;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

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
  private static final int ANSWER = 9;

  private static final int KIND_SHIFT = 60;
  private static final int GENERATION_SHIFT = 24;
  private static final int LOW_MASK = 0xFFFFFF;

  private static final int FAILED_LANE = 0;
  private static final int TIMEOUT_LANE = 1;

  private static final Turn[] TURNS = Turn.values();
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
  private final Jobs jobs = new Jobs();
  private final Arrivals arrivals;
  private final Chance[] users;
  private final Server[] servers;
  private final Members members;
  private final SimCall view;
  private final SimKernel kernel;
  private final SimFleetStore store;
  private final int broken;
  private final Recorder recorder;
  private final Processes processes;
  private final int clients;
  private final long timeoutNanos;
  private final long totalNanos;
  private final long failNanos;
  private final boolean hangs;
  private final double returnProbability;
  private final int returns;
  private final long returnMinNanos;
  private final long returnSpanNanos;
  private final boolean callersGiveUp;
  private final boolean fastErrors;
  private final boolean isTimeless;
  private @Nullable CallLog log;
  private long count;

  Simulation(Scenario scenario, PolicySet policies, long seed) {
    this.scenario = scenario;
    this.seed = seed;
    clients = scenario.clients();
    processes = new Processes(scenario, seed, policies.hasMonotonicClock());
    callersGiveUp = scenario.is(Field.DEADLINE, "caller");
    fastErrors = scenario.is(Field.ERROR_TIME, "fast");
    isTimeless = scenario.is(Field.SAMPLES, "yes");
    int shards = scenario.count(Field.SHARDS);
    arrivals = new Arrivals(scenario, seed);
    users = chances(seed, Purpose.USERS);
    Chance[] policyChances = chances(seed, Purpose.POLICY);
    view = new SimCall(policyChances);
    long storeNanos = scenario.nanos(Field.STORE_LATENCY);
    kernel =
        new SimKernel(events, new Chance(seed, Purpose.POLICY, -1), TASK, KIND_SHIFT, storeNanos);
    store = new SimFleetStore(scenario, kernel);
    broken = scenario.count(Field.BROKEN);
    timeoutNanos = scenario.nanos(Field.TIMEOUT);
    totalNanos = policies.totalNanos();
    failNanos = scenario.nanos(Field.FAIL_AFTER);
    hangs = scenario.is(Field.DEAD_CALLS, "hang");
    returnProbability = scenario.number(Field.RETURN_PROBABILITY);
    returns = scenario.count(Field.RETURNS);
    returnMinNanos = scenario.nanos(Field.RETURN_AFTER_MIN);
    returnSpanNanos = scenario.nanos(Field.RETURN_AFTER_MAX) - returnMinNanos;
    servers = new Server[shards];
    for (int i = 0; i < shards; i++) {
      servers[i] = new Server(
          scenario,
          i,
          this,
          new Chance(seed, Purpose.SERVER, i),
          new Chance(seed, Purpose.FAULTS, i));
    }
    recorder = new Recorder(scenario);
    members = new Members(this, policies, processes, kernel, clients, shards);
    for (int client = 0; client < clients; client++) {
      members.start(client);
    }
  }

  private Chance[] chances(long seed, int purpose) {
    Chance[] chances = new Chance[clients];
    for (int i = 0; i < clients; i++) {
      chances[i] = new Chance(seed, purpose, i);
    }
    return chances;
  }

  /** Writes down each call and each change of state from the return on. */
  Simulation logInto(CallLog callLog) {
    log = callLog;
    members.logInto(callLog);
    return this;
  }

  @SuppressWarnings("EnumOrdinal") // never leaves the run
  Recorder run(boolean pictured) {
    if (pictured) {
      recorder.picture();
    }
    for (int client = 0; client < clients; client++) {
      events.add(arrivals.next(client, 0), payload(ARRIVAL, 0, client));
    }
    Turn.schedule(scenario, (at, turn) -> events.add(at, payload(EDGE, 0, turn.ordinal())));
    events.add(0, payload(TICK, 0, 0));
    long end = Math.round(scenario.endSeconds() * 1e9);
    while (events.next(end)) {
      handle(events.payload(), events.nowNanos());
    }
    recorder.end(count, members.mostTrips());
    return recorder;
  }

  private static long payload(int kind, int generation, int number) {
    return (long) kind << KIND_SHIFT | (long) (generation & LOW_MASK) << GENERATION_SHIFT | number;
  }

  private void handle(long payload, long now) {
    int kind = (int) (payload >>> KIND_SHIFT);
    int number = (int) (payload & LOW_MASK);
    int generation = (int) (payload >>> GENERATION_SHIFT) & LOW_MASK;
    switch (kind) {
      case ARRIVAL -> {
        events.add(arrivals.next(number, now), payload);
        if (!deferred(number, payload(USER_RETURNS, 0, number), now)) {
          count++;
          ask(number, 0, now);
        }
      }
      case DONE -> done(number, now);
      case RETRY -> {
        if (isCurrent(number, generation) && !deferred(calls.client[number], payload, now)) {
          count++;
          attempt(number, now);
        }
      }
      case USER_RETURNS -> {
        if (!deferred(number, payload, now)) {
          count++;
          ask(number, generation, now);
        }
      }
      case FAILED -> answer(payload, number, generation, Verdict.FAILURE, now);
      case TIMED_OUT -> answer(payload, number, generation, timedOut(number, now), now);
      case ANSWER -> {
        Verdict verdict = calls.bad[number] ? Verdict.FAILURE : Verdict.SUCCESS;
        answer(payload, number, generation, verdict, now);
      }
      case EDGE -> edge(TURNS[number], now);
      case TICK -> {
        events.add(now + Recorder.BIN_NANOS, payload);
        recorder.tick(servers[0], members.all(), now);
      }
      default -> {
        count++;
        kernel.run(number);
      }
    }
  }

  /** What happens to a process that stands still happens when it goes on. */
  private boolean deferred(int client, long payload, long now) {
    long until = processes.frozenUntil(client);
    if (until <= now) {
      return false;
    }
    events.add(until, payload);
    return true;
  }

  private void answer(long payload, int call, int generation, Verdict verdict, long now) {
    if (isCurrent(call, generation) && !deferred(calls.client[call], payload, now)) {
      count++;
      ended(call, verdict, now);
    }
  }

  private Verdict timedOut(int call, long now) {
    long late = now - calls.startedNanos[call] - timeoutNanos;
    return callersGiveUp || Processes.isTooLate(late, timeoutNanos)
        ? Verdict.CANCELLED
        : Verdict.TIMEOUT;
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
    boolean admitted = gate == null || isAdmitted(gate, call, client, now);
    if (log != null && calls.attempt[call] == 1 && calls.tries[call] == 0) {
      log.asked(client, admitted, now);
    }
    if (!admitted) {
      gone(call, false, now);
      return;
    }
    long tag = payload(0, calls.generation[call], call);
    if (client < broken && now >= scenario.nanos(Field.TROUBLE_START)) {
      // Its own network is broken, and stays so.
      events.addToLane(FAILED_LANE, now + failNanos, tag | (long) FAILED << KIND_SHIFT);
      return;
    }
    Server server = servers[shard];
    recorder.sent(shard, now);
    boolean bad = server.isUp() && server.health().fails();
    calls.bad[call] = bad;
    boolean taken = server.isUp() && !(bad && fastErrors) && server.offer(tag, now);
    calls.atServer[call] = taken;
    if (taken || (hangs && !server.isUp()) || failNanos >= timeoutNanos) {
      events.addToLane(TIMEOUT_LANE, now + timeoutNanos, tag | (long) TIMED_OUT << KIND_SHIFT);
    } else {
      events.addToLane(FAILED_LANE, now + failNanos, tag | (long) FAILED << KIND_SHIFT);
    }
  }

  private boolean isAdmitted(Gate gate, int call, int client, long now) {
    byte weight = processes.weight(client);
    calls.weight[call] = weight;
    long local = now + processes.clock(client);
    view.show(client, calls.attempt[call], weight, local);
    long permit = TimelessGate.NEEDS_TIME;
    if (isTimeless && weight == 1 && gate instanceof TimelessGate timeless) {
      permit = timeless.admitTimeless(view);
    }
    if (permit == TimelessGate.NEEDS_TIME) {
      permit = gate.admit(view, local);
    }
    calls.permit[call] = permit;
    return permit >= 0;
  }

  private Member member(int call) {
    return members.of(calls.client[call], calls.shard[call]);
  }

  @Override
  public void doneAt(long atNanos, Server server, long job) {
    int number = jobs.add(server.index, server.epoch(), job);
    events.add(atNanos, payload(DONE, 0, number));
  }

  private void done(int job, long now) {
    Server server = servers[jobs.server(job)];
    boolean lost = jobs.epoch(job) != server.epoch(); // died with the server
    long tag = jobs.remove(job);
    if (lost) {
      return;
    }
    count++;
    int call = (int) (tag & LOW_MASK);
    boolean wanted = isCurrent(call, (int) (tag >>> GENERATION_SHIFT) & LOW_MASK);
    recorder.worked(server.index, wanted, now);
    server.done(now);
    if (!wanted) {
      return;
    }
    if (!calls.bad[call]) {
      server.health().succeeded();
    }
    long delay = processes.ownDelay(calls.client[call], now);
    long answer = tag | (long) ANSWER << KIND_SHIFT;
    if (delay > 0) {
      events.add(now + delay, answer);
    } else if (!deferred(calls.client[call], answer, now)) {
      ended(call, calls.bad[call] ? Verdict.FAILURE : Verdict.SUCCESS, now);
    }
  }

  private void ended(int call, Verdict verdict, long now) {
    Member member = member(call);
    calls.atServer[call] = false;
    int client = calls.client[call];
    long local = now + processes.clock(client);
    long started = calls.startedNanos[call] + processes.clock(client);
    view.show(client, calls.attempt[call], calls.weight[call], started);
    switch (verdict) {
      case SUCCESS -> view.result = OK;
      case TIMEOUT, CANCELLED -> view.failure = TIMEOUT;
      default -> view.failure = DOWN;
    }
    recorder.attemptEnded(
        calls.shard[call], calls.startedNanos[call], verdict == Verdict.SUCCESS, now);
    boolean retryAllowed = true;
    Gate gate = member.gate();
    if (gate != null) {
      long permit = calls.permit[call];
      retryAllowed = verdict == Verdict.SUCCESS || gate.allowsRetry(view, permit);
      boolean settled = isTimeless
          && verdict == Verdict.SUCCESS
          && gate instanceof TimelessGate timeless
          && timeless.settleTimeless(view, permit);
      if (!settled) {
        gate.settle(view, permit, verdict, local);
      }
    }
    RetryDriver driver = member.driver();
    if (driver != null) {
      view.remaining(
          totalNanos == Long.MAX_VALUE ? totalNanos : calls.askedNanos[call] + totalNanos - now);
      long wait = verdict == Verdict.SUCCESS && driver.accepts(view)
          ? RetryDriver.STOP
          : driver.afterAttempt(view, verdict, calls.waitNanos[call], retryAllowed, local);
      if (wait >= 0) {
        calls.waitNanos[call] = wait;
        calls.attempt[call]++;
        calls.generation[call]++;
        events.add(now + wait, payload(RETRY, calls.generation[call], call));
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
    if (tries == 0) {
      recorder.firstEnded(calls.shard[call], calls.askedNanos[call], good);
    }
    if (log != null && good) {
      log.answered(client, now);
    }
    calls.release(call);
    if (!good && tries < returns && users[client].unit() < returnProbability) {
      long at = now + returnMinNanos + (long) (users[client].unit() * returnSpanNanos);
      events.add(at, payload(USER_RETURNS, tries + 1, client));
    }
  }

  private void edge(Turn turn, long now) {
    Server server = servers[0];
    switch (turn) {
      case BAD -> {
        server.brake(
            scenario.is(Field.TROUBLE, "slow") ? scenario.number(Field.TROUBLE_CAPACITY) : 1);
        if (scenario.restarts()) {
          dies(server, now);
        }
      }
      case GOOD -> {
        server.brake(1);
        if (scenario.restarts() && !server.isUp()) {
          server.returnCold();
        }
        server.health().returned();
      }
      case BROWNOUT -> server.brake(scenario.number(Field.BROWNOUT_CAPACITY));
      case STEP -> server.health().step();
      case RESTART -> some(Field.RESTART_SHARE, client -> restart(client, now));
      case RESET -> some(Field.RESET_SHARE, members::reset);
      case FREEZE ->
        some(
            Field.FREEZE_SHARE,
            client -> processes.freeze(client, now + scenario.nanos(Field.FREEZE_LENGTH)));
    }
  }

  private void some(Field share, IntConsumer what) {
    double count = Math.ceil(scenario.number(share) * clients - 1e-9);
    for (int client = 0; client < count; client++) {
      what.accept(client);
    }
  }

  /** A process ends, with all its calls, and another one starts in its place. */
  private void restart(int client, long now) {
    processes.restarted(client, now);
    for (int call = 0; call < calls.used(); call++) {
      if (calls.active[call] && calls.client[call] == client) {
        gone(call, false, now);
      }
    }
    members.start(client);
    if (log != null) {
      log.changed(client, true, now);
    }
  }

  /** Whoever waits for an answer sees the connection end; or, if it hangs, sees nothing. */
  private void dies(Server server, long now) {
    server.die();
    if (!hangs) {
      for (int call = 0; call < calls.used(); call++) {
        if (calls.atServer[call] && calls.shard[call] == server.index) {
          long failed = payload(FAILED, calls.generation[call], call);
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
  public FleetStore fleetStore() {
    return store;
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
    return members.attachment(client, shard);
  }

  Arrivals arrivals() {
    return arrivals;
  }

  @Override
  public void tripped(int client, int shard) {
    members.tripped(client, shard);
  }
}
