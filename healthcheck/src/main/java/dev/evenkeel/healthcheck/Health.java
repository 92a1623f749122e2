package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.StatefulGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The health of this process: runs the checks in the background, and answers at once from what is
 * known.
 *
 * <pre>{@code
 * Health health = Health.builder()
 *     .check(Check.local("disk", DiskSpaceCheck.of(Path.of("/data"))))
 *     .check(Check.shared("orders-db", () -> ping(connection)))
 *     .pipeline(inventory)            // looks at its breaker; makes no call
 *     .start();
 * HealthServer server = HealthServer.start(HealthEndpoint.of(health), 8081);
 * }</pre>
 *
 * <p>Asking never runs a check, never waits and never takes a lock: a check that hangs cannot hang
 * the probe. Thread-safe.
 */
public final class Health implements AutoCloseable {

  private final Kernel kernel;
  private final HealthContext context;
  private final SharedGuard guard;
  private final @Nullable PipelineWatch watch;
  private final Map<String, Group> groups;
  private final List<CheckRunner> runners = new CopyOnWriteArrayList<>();
  private final List<RegistryFollower> followers = new ArrayList<>();
  private final boolean waitsForStarted;
  private final boolean readyBeforeStarted;
  private volatile boolean started;
  private volatile Phase phase = Phase.STARTING;

  Health(HealthBuilder builder) {
    kernel = builder.kernel;
    guard = builder.guard;
    watch = builder.watch;
    groups = Map.copyOf(builder.groups);
    waitsForStarted = builder.waitsForStarted;
    readyBeforeStarted = builder.readyBeforeStarted;
    builder.registries.forEach(
        (registry, names) -> followers.add(new RegistryFollower(this, registry, names)));
    context = new HealthContext(
        kernel,
        new RunSlots(
            builder.executor != null ? builder.executor : HealthThreads.forChecks(),
            builder.maxRunning),
        builder.traceId,
        builder.fleet,
        new Announcer(kernel, builder.listener),
        this::seeWhetherStarted,
        new Faults("health"));
  }

  /**
   * A builder.
   *
   * @return the builder
   */
  public static HealthBuilder builder() {
    return new HealthBuilder();
  }

  void start() {
    runners.forEach(CheckRunner::start);
    followers.forEach(RegistryFollower::begin);
    seeWhetherStarted();
  }

  /**
   * Adds a check while running.
   *
   * @param check the check
   * @throws IllegalArgumentException if there is one of that name for the same question, or a group
   *     of it is not known
   */
  public void add(Check check) {
    CheckRunner unused = added(Checks.notNull("check", check));
  }

  private CheckRunner added(Check check) {
    CheckRunner runner = register(check);
    if (phase != Phase.STOPPED) {
      runner.start();
    }
    return runner;
  }

  /**
   * Looks at the breakers of one more pipeline while running, as {@link HealthBuilder#pipeline}.
   *
   * @param pipeline a pipeline with a {@link StatefulGate} in it
   * @param groups those it counts in; none by default
   * @throws IllegalArgumentException if it has no such gate, there is a check of its name, or a
   *     group is not known or not for a SHARED check
   */
  public void add(Pipeline pipeline, String... groups) {
    addAll(pipeline, groups);
  }

  void forget(String pipelineName) {
    if (watch != null) {
      watch.forget(pipelineName);
    }
  }

  /** All of a pipeline, or none. */
  List<CheckRunner> addAll(Pipeline pipeline, String... groups) {
    List<CheckRunner> added = new ArrayList<>();
    try {
      PipelineChecks.of(pipeline, groups)
          .checks(watch, kernel)
          .forEach(check -> added.add(added(check)));
    } catch (RuntimeException refused) {
      remove(added);
      throw refused;
    }
    return added;
  }

  void remove(List<CheckRunner> gone) {
    synchronized (runners) {
      gone.forEach(CheckRunner::close);
      runners.removeAll(gone);
    }
  }

  /**
   * Looks at one more gate while running, as {@link HealthBuilder#gate}.
   *
   * @param name what it is called in answers and logs
   * @param gate the gate; not that of a key, which may be forgotten: those are looked at together
   * @param groups those it counts in; none by default
   * @throws IllegalArgumentException if there is a check of that name, or a group is not known or
   *     not for a SHARED check
   */
  public void add(String name, StatefulGate gate, String... groups) {
    PipelineChecks.gate(name, gate, groups).checks(watch, kernel).forEach(this::add);
  }

  CheckRunner register(Check check) {
    synchronized (runners) {
      List<Check> sameName = runners.stream()
          .map(CheckRunner::check)
          .filter(other -> other.name().equals(check.name()))
          .toList();
      HealthBuilder.checkNew(check, sameName, groups.keySet());
      CheckRunner runner = new CheckRunner(check, context);
      runners.add(runner);
      return runner;
    }
  }

  /**
   * Takes a check out, or all of the same name.
   *
   * @param name its name
   * @return false if there is none
   */
  public boolean remove(String name) {
    synchronized (runners) {
      List<CheckRunner> found =
          runners.stream().filter(runner -> runner.name().equals(name)).toList();
      found.forEach(CheckRunner::close);
      return runners.removeAll(found);
    }
  }

  /**
   * Says that the application has started; needed only if the builder was told
   * {@link HealthBuilder#waitForStarted}. {@link Group#STARTED} is UP once the checks of that group
   * were too.
   */
  public void started() {
    started = true;
    seeWhetherStarted();
  }

  private void seeWhetherStarted() {
    if (phase == Phase.STARTING
        && (started || !waitsForStarted)
        && judge(groups.get(Group.STARTED), Phase.RUNNING, false).status().isServing()) {
      synchronized (runners) {
        if (phase == Phase.STARTING) {
          phase = Phase.RUNNING;
          context.announcer().say(() -> HealthContext.LOG.info("health: started"));
        }
      }
    }
  }

  /**
   * Says that the process is about to end: {@link Group#READY} is DOWN from now on, so that the
   * load balancer sends no more; liveness and the calls in flight go on.
   */
  public void drain() {
    synchronized (runners) {
      if (phase == Phase.STARTING || phase == Phase.RUNNING) {
        phase = Phase.DRAINING;
        context
            .announcer()
            .say(() -> HealthContext.LOG.info("health: draining, not ready any more"));
      }
    }
  }

  /**
   * As {@link #drain()}, and waits until the load balancer has noticed. Call it first thing on
   * shutdown, before the server stops to accept.
   *
   * @param notice how long that takes: the period of its probes times the failures it asks for;
   *     zero or more
   * @throws InterruptedException if the thread is interrupted; it is draining all the same
   */
  public void drain(Duration notice) throws InterruptedException {
    long nanos = Checks.nonNegativeNanos("notice", notice);
    drain();
    kernel.sleepUntil(kernel.nanoTime() + nanos);
  }

  /** Ends it: no check runs any more, those that run are interrupted, and READY is DOWN. */
  @Override
  public void close() {
    synchronized (runners) {
      phase = Phase.STOPPED;
    }
    followers.forEach(RegistryFollower::end);
    runners.forEach(CheckRunner::close);
  }

  /**
   * Where the process is in its life.
   *
   * @return the phase
   */
  public Phase phase() {
    return phase;
  }

  /**
   * The names of all groups, but for {@link Group#ALL}.
   *
   * @return in alphabetical order
   */
  public Set<String> groups() {
    Set<String> names = new LinkedHashSet<>();
    groups.keySet().stream().filter(name -> !name.equals(Group.ALL)).sorted().forEach(names::add);
    return names;
  }

  /**
   * Everything, as known now.
   *
   * @return the snapshot of {@link Group#ALL}
   */
  public HealthSnapshot snapshot() {
    return judge(groups.get(Group.ALL), phase, false);
  }

  /**
   * One group, as known now.
   *
   * @param group its name
   * @return the snapshot; empty if there is no such group
   */
  public Optional<HealthSnapshot> snapshot(String group) {
    Group known = groups.get(Checks.notNull("group", group));
    Phase now = phase;
    boolean latched = group.equals(Group.STARTED) && now != Phase.STARTING;
    if (readyBeforeStarted && group.equals(Group.READY) && now == Phase.STARTING) {
      now = Phase.RUNNING; // as far as this group is concerned
    }
    return known == null ? Optional.empty() : Optional.of(judge(known, now, latched));
  }

  private HealthSnapshot judge(@Nullable Group given, Phase inPhase, boolean latched) {
    Group group = Objects.requireNonNull(given);
    long now = kernel.nanoTime();
    List<GroupJudge.Member> members = new ArrayList<>();
    for (CheckRunner runner : runners) {
      if (isMember(runner.check(), group)) {
        members.add(new GroupJudge.Member(runner.snapshot(now), runner.fleetShare()));
      }
    }
    return new GroupJudge(group, inPhase, guard, latched).judge(members);
  }

  private static boolean isMember(Check check, Group group) {
    return group.name().equals(Group.ALL) || check.groups().contains(group.name());
  }

  /** Whose trouble it is that errors come back fast. On a check's thread. */
  BlackHoleGuard.Whose whoseErrors() {
    if (isSomethingSharedUnwell()) {
      return BlackHoleGuard.Whose.EVERYONES;
    }
    double others = context.othersThatFail(BlackHoleGuard.NAME);
    return Double.isNaN(others)
        ? BlackHoleGuard.Whose.UNKNOWN
        : others > guard.maxFleetShare()
            ? BlackHoleGuard.Whose.EVERYONES
            : BlackHoleGuard.Whose.OWN;
  }

  /** Also what is coming back: its ramp refuses calls, here as everywhere. */
  private boolean isSomethingSharedUnwell() {
    long now = kernel.nanoTime();
    return runners.stream()
        .filter(runner -> runner.check().kind() == CheckKind.SHARED)
        .anyMatch(runner -> runner.snapshot(now).status() != Status.UP);
  }
}
