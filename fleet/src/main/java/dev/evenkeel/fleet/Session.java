package dev.evenkeel.fleet;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.FleetMembership;
import dev.evenkeel.failback.FleetView;
import dev.evenkeel.failback.MemberReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A member's part in one dependency: reports, reads, and leads where nobody else does. Its
 * exchanges run on a thread of the agent; what a call reads of it is one volatile field. Its lock
 * is held for no call to the store, the member or a listener.
 */
final class Session implements FleetMembership {

  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double LONGEST_BACK_OFF_NANOS = 10e9;
  private static final int FAILURES_IN_CALM = 3;
  private static final Duration LONG_OUTDATED = Duration.ofMinutes(10);

  final String dependency;
  private final String name;
  private final FleetMember member;
  private final Agent agent;
  private final Kernel kernel;
  private volatile FleetView view = FleetView.ALONE;
  private volatile boolean urgent;
  private volatile boolean left;

  // Guarded by this.
  private long dueNanos;
  private @Nullable SharedState known;
  private long version; // in the store
  private boolean leads;
  private Leader leader;
  private boolean counted; // in this term
  private long learnUntilNanos;
  private boolean learns;
  private int failures;
  private boolean degraded;
  private long good;
  private long bad;
  private GateState.Kind reported = GateState.Kind.CLOSED;

  Session(String dependency, String name, FleetMember member, Agent agent, Kernel kernel) {
    this.dependency = dependency;
    this.name = name;
    this.member = member;
    this.agent = agent;
    this.kernel = kernel;
    leader = new Leader(member);
    dueNanos = kernel.nanoTime() + (long) (JOIN_NANOS * unit());
  }

  @Override
  public FleetView view() {
    return view;
  }

  @Override
  public void changed() {
    urgent = true;
    agent.wake(kernel.nanoTime());
  }

  @Override
  public void leave() {
    left = true;
    view = FleetView.ALONE;
    agent.leave(this);
  }

  synchronized FleetStatus status() {
    FleetView now = view.at(kernel.nanoTime());
    double share = switch (now.kind()) {
      case OPEN -> 0;
      case RAMPING -> now.probability();
      default -> 1;
    };
    long members = known == null ? 1 : Math.max(1, known.members());
    return new FleetStatus(dependency, now.kind(), share, members, leads, !degraded);
  }

  synchronized long dueNanos(long nowNanos) {
    return urgent && failures == 0 ? Math.min(dueNanos - nowNanos, 0) + nowNanos : dueNanos;
  }

  private double unit() {
    return (kernel.random() >>> 11) * 0x1.0p-53;
  }

  private long jittered(double nanos) {
    return (long) (nanos * (0.8 + 0.4 * unit()));
  }

  /** One exchange; if this member leads, with all that follows. */
  void exchange(FleetStore store, BooleanSupplier isCurrent) throws Exception {
    long sentNanos = kernel.nanoTime();
    boolean wasUrgent = urgent;
    urgent = false;
    MemberReport report = member.report(sentNanos);
    FleetStore.Shared shared = store.exchange(dependency, name, text(report, wasUrgent));
    SharedState read = shared.version() == 0 ? null : SharedState.of(shared.text());
    boolean leading;
    synchronized (this) {
      if (!isCurrent.getAsBoolean()) {
        return;
      }
      take(shared, read, sentNanos);
      leading = mayLead(shared, report);
    }
    heed();
    if (leading && lead(store, report, sentNanos, isCurrent)) {
      heed();
    }
    synchronized (this) {
      if (isCurrent.getAsBoolean()) {
        dueNanos = kernel.nanoTime() + waitNanos(report);
      }
    }
  }

  private void heed() {
    if (!left) {
      member.heed(kernel.random(), kernel.nanoTime());
    }
  }

  /** What to report; null if this member only listens. */
  private synchronized @Nullable String text(MemberReport report, boolean isNews) {
    SharedState state = known;
    boolean mayListen = !isNews
        && state != null
        && report.kind() == reported
        && Leader.isActive(state)
        && !Pace.reports(name, state.round(), state.members());
    reported = report.kind();
    long newGood = Math.max(0, report.good() - good);
    long newBad = Math.max(0, report.bad() - bad);
    good = report.good();
    bad = report.bad();
    return mayListen ? null : ReportText.of(report, newGood, newBad);
  }

  private void take(FleetStore.Shared shared, @Nullable SharedState read, long sentNanos) {
    failures = 0;
    if (degraded) {
      degraded = false;
      agent.tell(this, FleetChange.Kind.RECOVERED, "the store answers");
    }
    SharedState before = known;
    boolean forgot = before != null && (read == null || read.term() < before.term());
    if (leads && (forgot || (shared.version() != version && !isOwn(read, before)))) {
      leads = false;
    }
    version = shared.version();
    if (before != null && forgot) {
      if (!learns) {
        learns = true;
        learnUntilNanos = sentNanos + Pace.leaseNanos(before.members());
        agent.tell(
            this,
            FleetChange.Kind.FORGOTTEN,
            read == null ? "the store is empty" : "the store went back in time");
      }
      return; // what was known runs on
    }
    if (read == null) {
      return; // a new fleet
    }
    learns = learns && sentNanos - learnUntilNanos < 0;
    known = read;
    long leaseNanos = Pace.leaseNanos(read.members());
    boolean calm = !Leader.isActive(read);
    long untilNanos = sentNanos
        + (calm ? 3 * Pace.calmNanos(read.members()) : leaseNanos - shared.age().toNanos());
    show(read, untilNanos);
  }

  /** Written by this member, who was not told that it had succeeded. */
  private boolean isOwn(@Nullable SharedState read, @Nullable SharedState before) {
    return read != null
        && before != null
        && read.leader().equals(name)
        && read.term() == before.term();
  }

  private void show(SharedState state, long untilNanos) {
    if (!left) {
      view = state.view(version, untilNanos);
    }
  }

  /** Whether this member leads, or should try to. */
  private boolean mayLead(FleetStore.Shared shared, MemberReport report) {
    SharedState state = known;
    if (left || leads) {
      return leads;
    }
    if (state == null || shared.version() == 0 || learns) {
      return true; // nobody does
    }
    double age = shared.age().toNanos();
    double patience = Pace.leaseNanos(state.members()) * (0.5 + 0.25 * unit());
    boolean active = Leader.isActive(state) || report.kind() != GateState.Kind.CLOSED;
    return active ? age > patience : age > Pace.COUNT_NANOS * (1 + unit());
  }

  private boolean lead(
      FleetStore store, MemberReport report, long sentNanos, BooleanSupplier isCurrent)
      throws Exception {
    if (!leads && !claim(store, isCurrent)) {
      return false;
    }
    SharedState state;
    boolean counts;
    long expected;
    boolean holds;
    synchronized (this) {
      state = known;
      counts = !counted;
      expected = version;
      holds = learns && sentNanos - learnUntilNanos < 0;
    }
    if (state == null || holds) {
      return replace(store, expected, state, sentNanos, isCurrent);
    }
    long youngNanos = Leader.isActive(state)
        ? Pace.leaseNanos(state.members())
        : counts ? 3 * Pace.calmNanos(state.members()) : Leader.VOTE_NANOS;
    List<Row> rows = rows(store.reports(dependency, Duration.ofNanos(youngNanos)));
    if (!isCurrent.getAsBoolean()) {
      return false; // another thread leads on
    }
    if (counts) {
      store.remove(dependency, "", LONG_OUTDATED);
    }
    long members = counts && !Leader.isActive(state)
        ? Math.max(1, rows.size())
        : Math.max(state.members(), rows.size());
    SharedState next = leader.step(state.by(name, state.term(), members), rows, kernel.nanoTime());
    boolean replaced = replace(store, expected, next, sentNanos, isCurrent);
    synchronized (this) {
      counted = true;
      boolean quiet = !Leader.isActive(next)
          && report.kind() == GateState.Kind.CLOSED
          && rows.stream().noneMatch(Row::isAway);
      leads = replaced && !quiet;
    }
    return replaced;
  }

  private List<Row> rows(List<FleetStore.Report> reports) {
    List<Row> rows = new ArrayList<>(reports.size());
    for (FleetStore.Report report : reports) {
      try {
        rows.add(new Row(report.member(), report.age().toNanos(), ReportText.parse(report.text())));
      } catch (IllegalArgumentException garbage) {
        agent.dropped(this, report.member(), garbage);
      }
    }
    return rows;
  }

  /** Takes the next term, so that of many who want to lead only one reads all reports. */
  private boolean claim(FleetStore store, BooleanSupplier isCurrent) throws Exception {
    SharedState state;
    long expected;
    synchronized (this) {
      SharedState before = known == null ? SharedState.NEW : known;
      state = before.by(name, before.term() + 1, before.members());
      expected = version;
    }
    if (!replace(store, expected, state, kernel.nanoTime(), isCurrent)) {
      return false;
    }
    synchronized (this) {
      leads = true;
      counted = false;
      leader = new Leader(member);
      return true;
    }
  }

  private boolean replace(
      FleetStore store,
      long expected,
      @Nullable SharedState state,
      long sinceNanos,
      BooleanSupplier isCurrent)
      throws Exception {
    SharedState next = state == null ? SharedState.NEW : state;
    long leaseNanos = Pace.leaseNanos(next.members());
    if (kernel.nanoTime() - sinceNanos >= leaseNanos) {
      return false; // this process stood still: what it knows is old
    }
    long newVersion = kernel.random() | 1; // never 0
    long nowNanos = kernel.nanoTime();
    boolean replaced = store.replace(dependency, expected, newVersion, next.text());
    synchronized (this) {
      if (!isCurrent.getAsBoolean()) {
        return false;
      }
      if (replaced) {
        version = newVersion;
        known = next;
        boolean calm = !Leader.isActive(next);
        show(next, nowNanos + (calm ? 3 * Pace.calmNanos(next.members()) : leaseNanos));
      } else {
        leads = false;
      }
      return replaced;
    }
  }

  private long waitNanos(MemberReport report) {
    SharedState state = known;
    if (leads) {
      boolean open = state != null && state.kind() == FleetView.Kind.OPEN;
      return jittered((open ? 0.5 : 1) * Pace.STEP_NANOS); // a return is news
    }
    long members = state == null ? 1 : state.members();
    boolean active = learns
        || report.kind() != GateState.Kind.CLOSED
        || (state != null && Leader.isActive(state));
    return jittered((double) (active ? Pace.epochNanos(members) : Pace.calmNanos(members)));
  }

  /** An exchange has failed, or took too long. */
  void failed(String why) {
    long nowNanos = kernel.nanoTime();
    synchronized (this) {
      failures++; // it may still lead: one exchange that is lost is no reason to change
      long members = known == null ? 1 : known.members();
      double backOff = (double) Pace.epochNanos(members) * Math.pow(2, Math.min(failures - 1, 10));
      dueNanos = nowNanos + jittered(Math.min(LONGEST_BACK_OFF_NANOS, backOff));
      boolean calm = known == null || !Leader.isActive(known);
      boolean over =
          calm ? failures >= FAILURES_IN_CALM : view.at(nowNanos).kind() == FleetView.Kind.ALONE;
      if (over && !degraded) {
        degraded = true;
        agent.tell(this, FleetChange.Kind.DEGRADED, why);
      }
    }
    heed();
  }

  /** Nothing more than its own row is left of it. */
  void sayGoodbye(FleetStore store) throws Exception {
    store.remove(dependency, name, LONG_OUTDATED);
  }
}
