package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Readiness;
import dev.evenkeel.core.StatefulGate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds a {@link Health}. Not thread-safe. */
public final class HealthBuilder {

  private final List<Check> checks = new ArrayList<>();
  final Map<String, Group> groups = new LinkedHashMap<>();
  Kernel kernel = Kernel.system();
  int maxRunning = 4;
  SharedGuard guard = SharedGuard.standard();
  Supplier<? extends @Nullable String> traceId = () -> null;
  HealthListener listener = change -> {};
  boolean waitsForStarted;
  boolean readyBeforeStarted;

  @Nullable Executor executor;

  @Nullable FleetSignal fleet;

  @Nullable BlackHoleGuard blackHole;

  @Nullable PipelineWatch watch;

  private final List<PipelineChecks> looks = new ArrayList<>();
  final Map<Pipelines, String[]> registries = new LinkedHashMap<>();

  HealthBuilder() {
    group(new Group(Group.LIVE, true));
    group(new Group(Group.READY, false));
    group(new Group(Group.STARTED, false));
    groups.put(Group.ALL, new Group(Group.ALL, false));
  }

  /**
   * Adds a check.
   *
   * @param check the check
   * @return this
   */
  public HealthBuilder check(Check check) {
    checks.add(Checks.notNull("check", check));
    return this;
  }

  /**
   * Looks at the breakers of a pipeline, as a SHARED check of the pipeline's name. No call is made:
   * the live traffic has found out already. So what a breaker guards needs no check of its own. Of
   * breakers per key there is one check: DEGRADED if some keys are refused or come back, DOWN if
   * all are refused; it names them.
   *
   * @param pipeline a pipeline with a {@link StatefulGate} in it, or with one for each key
   * @param groups those it counts in, as {@link Check#groups} has it; none by default
   * @return this
   * @throws IllegalArgumentException if it has no such gate, or a group is not for a SHARED check
   */
  public HealthBuilder pipeline(Pipeline pipeline, String... groups) {
    looks.add(PipelineChecks.of(pipeline, groups));
    return this;
  }

  /**
   * Looks at the breakers of all pipelines in a registry, as {@link #pipeline} does, for as long as
   * each is in it. Pipelines without a {@link StatefulGate} are left out; one whose name a check
   * has already is not looked at twice, which is logged.
   *
   * @param registry the registry; its pipelines may come and go
   * @param groups those they count in, as {@link Check#groups} has it; none by default
   * @return this
   * @throws IllegalArgumentException if a group is not for a SHARED check
   */
  public HealthBuilder pipelines(Pipelines registry, String... groups) {
    registries.put(
        Checks.notNull("registry", registry), asCheck(groups).groups().toArray(String[]::new));
    return this;
  }

  /**
   * Shows how far this process is on its way to take traffic, as the LOCAL check "rejoin", which
   * counts for readiness: DOWN while it waits for its turn or makes its start-up calls, DEGRADED,
   * which is served, while it takes a growing share, then UP. With {@code Rejoin} of
   * {@code evenkeel-failback}: {@code readiness(rejoin::readiness)}.
   *
   * @param source is asked four times a second; quick
   * @return this
   */
  public HealthBuilder readiness(Supplier<Readiness> source) {
    checks.add(ReadinessCheck.of(source));
    return this;
  }

  private static Check asCheck(String... groups) {
    HealthCheck up = CheckResult::up;
    return Check.shared("pipelines", up).groups(groups);
  }

  /**
   * Looks at a gate, as a SHARED check. No call is made.
   *
   * @param name what it is called in answers and logs
   * @param gate the gate; not that of a key, which may be forgotten: those are looked at together
   * @param groups those it counts in, as {@link Check#groups} has it; none by default
   * @return this
   * @throws IllegalArgumentException if a group is not for a SHARED check
   */
  public HealthBuilder gate(String name, StatefulGate gate, String... groups) {
    looks.add(PipelineChecks.gate(name, gate, groups));
    return this;
  }

  /**
   * The listener that the pipelines were built with. It tells what their gates alone cannot: how
   * many calls were refused, why the state changed, and the last failure with its trace.
   *
   * @param newWatch the listener; none by default
   * @return this
   */
  public HealthBuilder watch(PipelineWatch newWatch) {
    watch = Checks.notNull("watch", newWatch);
    return this;
  }

  /**
   * Adds a group of one's own, or changes how one of the three answers when UNKNOWN.
   *
   * @param group the group
   * @return this
   */
  public HealthBuilder group(Group group) {
    Checks.notNull("group", group);
    if (group.name().equals(Group.ALL)) {
      throw new IllegalArgumentException("group: \"all\" (expected: another name)");
    }
    groups.put(group.name(), group);
    return this;
  }

  /**
   * When a SHARED check that was opted into a group may take this instance out.
   *
   * @param newGuard the guard; {@link SharedGuard#standard()} by default
   * @return this
   */
  public HealthBuilder guard(SharedGuard newGuard) {
    guard = Checks.notNull("guard", newGuard);
    return this;
  }

  /**
   * Who knows how the rest of the fleet is doing.
   *
   * @param newFleet the signal; none by default
   * @return this
   */
  public HealthBuilder fleet(FleetSignal newFleet) {
    fleet = Checks.notNull("fleet", newFleet);
    return this;
  }

  /**
   * Takes this instance out when it attracts traffic by failing faster than others answer. It is a
   * LOCAL check by the name of {@code black-hole}.
   *
   * @param newBlackHole the guard; none by default, as it needs to be told of each answer
   * @return this
   */
  public HealthBuilder blackHole(BlackHoleGuard newBlackHole) {
    blackHole = Checks.notNull("blackHole", newBlackHole);
    return this;
  }

  /**
   * Where to find the trace a check's failure belongs to.
   *
   * @param newTraceId gives the current trace's id, or null; asked on the check's thread right
   *     after the failure
   * @return this
   */
  public HealthBuilder traceId(Supplier<? extends @Nullable String> newTraceId) {
    traceId = Checks.notNull("traceId", newTraceId);
    return this;
  }

  /**
   * Who hears of changes.
   *
   * @param newListener the listener; none by default
   * @return this
   */
  public HealthBuilder listener(HealthListener newListener) {
    listener = Checks.notNull("listener", newListener);
    return this;
  }

  /**
   * {@link Group#STARTED} waits for {@link Health#started()}. By default the checks of that group
   * decide alone.
   *
   * @return this
   */
  public HealthBuilder waitForStarted() {
    waitsForStarted = true;
    return this;
  }

  /**
   * {@link Group#READY} does not wait for {@link Group#STARTED}, as MicroProfile Health has it. By
   * default it does.
   *
   * @return this
   */
  public HealthBuilder readyBeforeStarted() {
    readyBeforeStarted = true;
    return this;
  }

  /**
   * How many checks may run at once. A hung one gives its place back at its time limit.
   *
   * @param newMaxRunning 1 to 1,000; default 4
   * @return this
   */
  public HealthBuilder maxRunning(int newMaxRunning) {
    maxRunning = Checks.range("maxRunning", newMaxRunning, 1, 1_000);
    return this;
  }

  /**
   * Where checks run.
   *
   * @param newExecutor an executor that never blocks who hands a task over, and has a thread for
   *     each check that may hang; by default daemon threads of health's own
   * @return this
   */
  public HealthBuilder executor(Executor newExecutor) {
    executor = Checks.notNull("executor", newExecutor);
    return this;
  }

  /**
   * Whose time, timers and chance.
   *
   * @param newKernel the kernel; {@link Kernel#system()} by default. Pipelines that are looked at
   *     should use the same one.
   * @return this
   */
  public HealthBuilder kernel(Kernel newKernel) {
    kernel = Checks.notNull("kernel", newKernel);
    return this;
  }

  /**
   * Builds it and starts the checks.
   *
   * @return the health
   * @throws IllegalArgumentException if two checks of the same groups have the same name, or a
   *     check counts in a group that is not known
   */
  public Health start() {
    List<Check> all = new ArrayList<>(checks);
    looks.forEach(look -> all.addAll(look.checks(watch, kernel)));
    BlackHoleGuard errors = blackHole;
    registries.values().forEach(names -> checkNew(asCheck(names), List.of(), groups.keySet()));
    Health health = new Health(this);
    if (errors != null) {
      all.add(errors.asCheck(kernel, health::whoseErrors));
    }
    all.forEach(health::register);
    health.start();
    return health;
  }

  /** Two may share a name if they answer different questions, as MicroProfile's often do. */
  static void checkNew(Check check, Collection<Check> sameName, Set<String> groups) {
    for (Check other : sameName) {
      boolean sameQuestion = !Collections.disjoint(other.groups(), check.groups())
          || (other.groups().isEmpty() && check.groups().isEmpty());
      if (sameQuestion) {
        throw new IllegalArgumentException(
            "check: \"" + check.name() + "\" twice (expected: a name of its own for each)");
      }
    }
    for (String group : check.groups()) {
      if (!groups.contains(group)) {
        throw new IllegalArgumentException("group: \"" + group + "\" of the check '" + check.name()
            + "' (expected: one of " + groups + ", or add it to the builder)");
      }
    }
  }
}
