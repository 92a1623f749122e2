package dev.evenkeel.healthcheck;

import dev.evenkeel.core.CheckedRunnable;
import dev.evenkeel.core.Checks;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named check: what to look at, whose fault a failure is, how often, and in which groups it
 * counts.
 *
 * <pre>{@code
 * Check.shared("orders-db", () -> connection.ping());        // throws: DOWN
 * Check.local("disk", DiskSpaceCheck.of(path));               // answers with a result
 * Check.local("event-loop", StallCheck.of(executor)).groups(Group.LIVE, Group.READY);
 * }</pre>
 *
 * <p>Immutable; each method that changes something gives a copy. The class is thread-safe if its
 * {@link HealthCheck} is.
 */
public final class Check {

  private final String name;
  private final CheckKind kind;
  private final HealthCheck check;
  private final CheckTiming timing;
  private final Set<String> groups;
  private final @Nullable PassiveGate gate;

  private Check(
      String name,
      CheckKind kind,
      HealthCheck check,
      CheckTiming timing,
      Set<String> groups,
      @Nullable PassiveGate gate) {
    this.name = name;
    this.kind = kind;
    this.check = check;
    this.timing = timing;
    this.groups = groups;
    this.gate = gate;
  }

  /**
   * A check of something that is this process's own. It counts for readiness.
   *
   * @param name what it is called in answers and logs
   * @param check answers with a result, or throws if it does not work
   * @return the check
   * @throws IllegalArgumentException if the name is not one to show
   */
  public static Check local(String name, HealthCheck check) {
    return of(name, CheckKind.LOCAL, check);
  }

  /**
   * A check of something that other instances depend on too. It counts for no probe unless
   * {@link #groups} says so.
   *
   * @param name what it is called in answers and logs
   * @param check answers with a result, or throws if it does not work
   * @return the check
   * @throws IllegalArgumentException if the name is not one to show
   */
  public static Check shared(String name, HealthCheck check) {
    return of(name, CheckKind.SHARED, check);
  }

  /**
   * A check of something that other instances depend on too, that only runs.
   *
   * @param name what it is called in answers and logs
   * @param call throws if it does not work
   * @return the check
   * @throws IllegalArgumentException if the name is not one to show
   */
  public static Check shared(String name, CheckedRunnable<Exception> call) {
    return of(name, CheckKind.SHARED, running(call));
  }

  /**
   * A check of something that can be missing.
   *
   * @param name what it is called in answers and logs
   * @param check answers with a result, or throws if it does not work
   * @return the check
   * @throws IllegalArgumentException if the name is not one to show
   */
  public static Check optional(String name, HealthCheck check) {
    return of(name, CheckKind.OPTIONAL, check);
  }

  /**
   * A check of something that can be missing, that only runs.
   *
   * @param name what it is called in answers and logs
   * @param call throws if it does not work
   * @return the check
   * @throws IllegalArgumentException if the name is not one to show
   */
  public static Check optional(String name, CheckedRunnable<Exception> call) {
    return of(name, CheckKind.OPTIONAL, running(call));
  }

  private static Check of(String name, CheckKind kind, HealthCheck check) {
    Set<String> groups = kind == CheckKind.LOCAL ? Set.of(Group.READY) : Set.of();
    return new Check(
        Checks.name("check name", name),
        kind,
        Checks.notNull("check", check),
        CheckTiming.standard(),
        groups,
        null);
  }

  private static HealthCheck running(CheckedRunnable<Exception> call) {
    Checks.notNull("call", call);
    return () -> {
      call.run();
      return CheckResult.up();
    };
  }

  /** A gate that is looked at. */
  static Check passive(String name, PassiveGate gate, CheckTiming timing) {
    return new Check(
        Checks.name("check name", name), CheckKind.SHARED, gate, timing, Set.of(), gate);
  }

  /**
   * Other times and counts.
   *
   * @param newTiming the timing; {@link CheckTiming#standard()} by default
   * @return a copy
   */
  public Check timing(CheckTiming newTiming) {
    return new Check(name, kind, check, Checks.notNull("timing", newTiming), groups, gate);
  }

  /**
   * Another kind, for a check that was made ready elsewhere. Its groups become those the kind has
   * by default.
   *
   * @param newKind the kind
   * @return a copy
   */
  public Check kind(CheckKind newKind) {
    Set<String> defaults = newKind == CheckKind.LOCAL ? Set.of(Group.READY) : Set.of();
    return new Check(name, Checks.notNull("kind", newKind), check, timing, defaults, gate);
  }

  /**
   * The groups this check counts in, instead of those it has by default: {@link Group#READY} for a
   * LOCAL check, none for others. Every check counts in {@link Group#ALL} anyway.
   *
   * @param newGroups {@link Group#LIVE}, {@link Group#READY}, {@link Group#STARTED} or names of
   *     your own; none is allowed
   * @return a copy
   * @throws IllegalArgumentException if a check that is not LOCAL is to count for liveness, or an
   *     OPTIONAL one for readiness or the start
   */
  public Check groups(String... newGroups) {
    Set<String> names = new LinkedHashSet<>();
    for (String group : Checks.notNull("groups", newGroups)) {
      checkGroup(new Group(group, false).name());
      names.add(group);
    }
    return new Check(name, kind, check, timing, Set.copyOf(names), gate);
  }

  private void checkGroup(String group) {
    if (group.equals(Group.ALL)) {
      throw new IllegalArgumentException(
          "group: \"all\" (expected: another one; every check counts in this one)");
    }
    if (group.equals(Group.LIVE) && kind != CheckKind.LOCAL) {
      throw new IllegalArgumentException("group: \"live\" for the " + kind + " check '" + name
          + "' (expected: a LOCAL one; a restart of this process mends nobody else)");
    }
    boolean gates = group.equals(Group.READY) || group.equals(Group.STARTED);
    if (gates && kind == CheckKind.OPTIONAL) {
      throw new IllegalArgumentException("group: \"" + group + "\" for the OPTIONAL check '" + name
          + "' (expected: a LOCAL or SHARED one)");
    }
  }

  /**
   * What it is called.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Whose fault a failure is.
   *
   * @return the kind
   */
  public CheckKind kind() {
    return kind;
  }

  /**
   * Its times and counts.
   *
   * @return the timing
   */
  public CheckTiming timing() {
    return timing;
  }

  /**
   * The groups it counts in, but for {@link Group#ALL}.
   *
   * @return an immutable set
   */
  public Set<String> groups() {
    return groups;
  }

  HealthCheck check() {
    return check;
  }

  @Nullable PassiveGate gate() {
    return gate;
  }

  @Override
  public String toString() {
    return "Check(" + name + ", " + kind + ", " + groups + ")";
  }
}
