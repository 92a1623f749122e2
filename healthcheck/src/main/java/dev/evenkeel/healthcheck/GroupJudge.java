package dev.evenkeel.healthcheck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one answer of a group's checks. Pure: everything is an argument. */
final class GroupJudge {

  private final Group group;
  private final Phase phase;
  private final SharedGuard guard;
  private final boolean latched;

  /**
   * Judges.
   *
   * @param latched whether the answer is UP for good, whatever the checks say by now
   */
  GroupJudge(Group group, Phase phase, SharedGuard guard, boolean latched) {
    this.group = group;
    this.phase = phase;
    this.guard = guard;
    this.latched = latched;
  }

  /** A check with what the fleet says of it. */
  record Member(CheckSnapshot check, double fleetShare) {}

  HealthSnapshot judge(List<Member> members) {
    String open = whyOpen(members);
    Status worst = byPhase();
    List<Status> weights = new ArrayList<>();
    for (Member member : members) {
      Status weight = weight(member.check(), open != null);
      weights.add(weight);
      worst = worst.worst(weight);
    }
    String reason = worst == Status.UP ? null : reason(members, weights, worst);
    List<CheckSnapshot> checks = members.stream().map(Member::check).toList();
    return new HealthSnapshot(group, worst, phase, reason, guardSays(members, open), checks);
  }

  /** All that make it as bad as it is; what is this process's own first. */
  private String reason(List<Member> members, List<Status> weights, Status worst) {
    List<CheckSnapshot> culprits = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      if (weights.get(i) == worst) {
        culprits.add(members.get(i).check());
      }
    }
    List<String> reasons = new ArrayList<>();
    if (byPhase() == worst) {
      reasons.add(phase == Phase.STARTING ? "not started yet" : "about to end: draining");
    }
    culprits.stream()
        .sorted(Comparator.comparing(CheckSnapshot::kind))
        .forEach(check -> reasons.add(check.name() + " is " + check.status()));
    return String.join(", ", reasons);
  }

  private Status byPhase() {
    boolean counts = switch (group.name()) {
      case Group.READY, Group.ALL -> phase != Phase.RUNNING;
      case Group.STARTED -> phase == Phase.STARTING;
      default -> false;
    };
    return counts ? Status.DOWN : Status.UP;
  }

  /** What a check's state means for the group. */
  private Status weight(CheckSnapshot check, boolean guardOpen) {
    if (latched) {
      return Status.UP;
    }
    Status status = check.status();
    boolean gates = switch (check.kind()) {
      case LOCAL -> true;
      // Too old is no proof of an outage: a shared dependency is then given the benefit.
      case SHARED -> isOptedIn() && status == Status.DOWN && !guardOpen;
      case OPTIONAL -> false;
    };
    return gates || status.isServing() ? status : Status.DEGRADED;
  }

  /** In every group but the one of all checks, a SHARED check is a member only because it asked. */
  private boolean isOptedIn() {
    return !group.name().equals(Group.ALL);
  }

  private static boolean isFailing(Member member) {
    return member.check().kind() == CheckKind.SHARED && member.check().status() == Status.DOWN;
  }

  private @Nullable String whyOpen(List<Member> members) {
    List<SharedGuard.Failing> failing = new ArrayList<>();
    int total = 0;
    for (Member member : members) {
      if (member.check().kind() == CheckKind.SHARED) {
        total++;
        if (isFailing(member)) {
          failing.add(
              new SharedGuard.Failing(member.check().since().toNanos(), member.fleetShare()));
        }
      }
    }
    return failing.isEmpty() ? null : guard.whyOpen(failing, total);
  }

  private @Nullable String guardSays(List<Member> members, @Nullable String open) {
    if (!isOptedIn() || members.stream().noneMatch(GroupJudge::isFailing)) {
      return null;
    }
    return open == null ? "closed: this looks like the instance's own trouble" : "open: " + open;
  }
}
