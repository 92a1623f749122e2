package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a pipeline's policies when others are to take their place. The first new policy
 * of a class takes over the state of the first old one of that class, the second that of the
 * second.
 */
final class PolicyChange {

  private PolicyChange() {}

  /**
   * Checks that nothing forbids the change; has no effect.
   *
   * @throws IllegalArgumentException if something does
   */
  static void check(String pipeline, List<Policy> before, List<Policy> wanted) {
    List<Policy> left = new ArrayList<>(before);
    left.removeIf(old -> isIn(wanted, old));
    for (Policy next : wanted) {
      Policy old = isIn(before, next) ? null : takeSimilar(left, next);
      if (old instanceof PerKey<?> keyed && next instanceof PerKey<?> wish) {
        keyed.checkChange(pipeline, wish);
      }
    }
  }

  /**
   * Gives the policies that are there the wanted settings.
   *
   * @return what the pipeline is to consist of
   */
  static List<Policy> make(List<Policy> before, List<Policy> wanted, Faults faults) {
    List<Policy> left = new ArrayList<>(before);
    left.removeIf(old -> isIn(wanted, old));
    List<Policy> after = new ArrayList<>();
    for (Policy next : wanted) {
      Policy old = isIn(before, next) ? null : takeSimilar(left, next);
      after.add(old == null ? next : changed(old, next, faults));
    }
    return after;
  }

  static boolean isIn(List<Policy> policies, Policy policy) {
    return policies.stream().anyMatch(one -> one == policy);
  }

  private static @Nullable Policy takeSimilar(List<Policy> left, Policy next) {
    for (Policy old : left) {
      if (isSimilar(old, next)) {
        left.remove(old);
        return old;
      }
    }
    return null;
  }

  /** Two timeouts are of one kind only if both are for an attempt, or both for the whole call. */
  private static boolean isSimilar(Policy old, Policy next) {
    return old.getClass() == next.getClass()
        && old.position() == next.position()
        && (!(old instanceof PerKey<?> keyed) || keyed.isSimilar((PerKey<?>) next));
  }

  private static Policy changed(Policy old, Policy next, Faults faults) {
    try {
      return Checks.notNull("changedTo", old.changedTo(next));
    } catch (Throwable fault) {
      faults.report(old.name() + ".changedTo", fault, "the new policy begins anew");
      return next;
    }
  }
}
