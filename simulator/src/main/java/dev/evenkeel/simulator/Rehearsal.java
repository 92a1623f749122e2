package dev.evenkeel.simulator;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Policy;
import dev.evenkeel.testkit.ComebackFigures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario from a test: what happens to a fleet with my policies when its dependency comes
 * back? Needs {@code evenkeel-testkit} on the class path, and AssertJ for its assertions.
 *
 * <pre>{@code
 * assertThat(Rehearsal.of("S1").policies(Inventory::policies).run())
 *     .hasNoRelapse()
 *     .hasDebtBelow(Duration.ofSeconds(12));
 * }</pre>
 *
 * <p>The policies run as they are shipped, in virtual time; nothing is logged. Immutable and
 * thread-safe. The same seed gives the same figures.
 */
public final class Rehearsal {

  private final String scenario;
  private final List<String> settings;
  private final PolicyName policy;
  private final @Nullable Supplier<? extends Collection<? extends Policy>> own;
  private final long seed;

  private Rehearsal(
      String scenario,
      List<String> settings,
      PolicyName policy,
      @Nullable Supplier<? extends Collection<? extends Policy>> own,
      long seed) {
    this.scenario = scenario;
    this.settings = settings;
    this.policy = policy;
    this.own = own;
    this.seed = seed;
  }

  /**
   * A scenario that comes with the simulator.
   *
   * @param name S1 to S9 or S13
   * @return the rehearsal, with Evenkeel's policies and seed 1
   */
  public static Rehearsal of(String name) {
    return new Rehearsal(Checks.notNull("name", name), List.of(), PolicyName.EVENKEEL, null, 1);
  }

  /**
   * A scenario of one's own.
   *
   * @param file with a line {@code field = value} for each field that is not as in S1
   * @return the rehearsal, with Evenkeel's policies and seed 1
   */
  public static Rehearsal of(Path file) {
    return of(Checks.notNull("file", file).toString());
  }

  /**
   * Changes a field of the scenario.
   *
   * @param field as in a scenario file
   * @param value as in a scenario file, with its unit
   * @return a new rehearsal
   */
  public Rehearsal with(String field, String value) {
    List<String> more = new ArrayList<>(settings);
    more.add(Checks.notNull("field", field) + "=" + Checks.notNull("value", value));
    return new Rehearsal(scenario, List.copyOf(more), policy, own, seed);
  }

  /**
   * Another policy than Evenkeel's.
   *
   * @param name as the simulator's {@code list} shows it, e.g. {@code resilience4j}
   * @return a new rehearsal
   * @throws IllegalArgumentException if there is none of that name
   */
  public Rehearsal policy(String name) {
    PolicyName other = PolicyName.of(Checks.notNull("policy", name));
    if (other == null) {
      throw new IllegalArgumentException(
          "policy: " + name + " (expected: one of " + PolicyName.labels() + ")");
    }
    return new Rehearsal(scenario, settings, other, null, seed);
  }

  /**
   * The policies of a pipeline of one's own, instead of the scenario's fields {@code evenkeel.*}.
   * Timeouts, one retry and one circuit breaker are rehearsed; a fallback changes nothing for the
   * dependency and is left out. A total timeout decides whether another attempt is made; it cuts
   * none short.
   *
   * @param policies asked for each process of the fleet, and once before: gives new policies each
   *     time
   * @return a new rehearsal, whose timeout is that of the policies if they have one; {@link #run}
   *     refuses hedges, limits and whatever else it cannot rehearse
   */
  public Rehearsal policies(Supplier<? extends Collection<? extends Policy>> policies) {
    return new Rehearsal(
        scenario, settings, PolicyName.EVENKEEL, Checks.notNull("policies", policies), seed);
  }

  /**
   * Another seed: other users, other random numbers.
   *
   * @param newSeed any
   * @return a new rehearsal
   */
  public Rehearsal seed(long newSeed) {
    return new Rehearsal(scenario, settings, policy, own, newSeed);
  }

  /**
   * Runs it, in less than a second as a rule.
   *
   * @return the figures
   * @throws IllegalArgumentException if the scenario cannot be read or is wrong, with file, line
   *     and what is expected
   */
  public ComebackFigures run() {
    Scenario read = ScenarioFile.read(scenario, settings);
    if (!read.is(Field.NEEDS, "nothing") || read.expanded().size() != 1) {
      throw new IllegalArgumentException(
          scenario + ": cannot be rehearsed (expected: one number of clients, needs = nothing)");
    }
    RunResult run = Measures.of(simulation(read).run(false), policy, seed);
    return new ComebackFigures(
        read.name() + ", " + (own == null ? policy.label : "own policies") + ", seed " + seed,
        run.debtSeconds(),
        run.debtLimitSeconds(),
        run.t99Seconds(),
        run.t99LimitSeconds(),
        run.relapses(),
        run.wasted(),
        run.peak(),
        run.probeLoad(),
        run.jain(),
        run.admittedErrors());
  }

  private Simulation simulation(Scenario read) {
    if (own == null) {
      return new Simulation(read, policy, seed);
    }
    OwnPolicies policies = new OwnPolicies(own);
    return new Simulation(policies.in(read), policies, seed);
  }
}
