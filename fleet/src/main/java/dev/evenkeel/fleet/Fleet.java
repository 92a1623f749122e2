package dev.evenkeel.fleet;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.failback.FleetDependency;
import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.FleetMembership;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * This process's place in its fleet: the processes that guard the same dependencies and come back
 * as one.
 *
 * <pre>{@code
 * Fleet fleet = Fleet.builder(new SqlFleetStore(dataSource)).member("pod-7").build();
 * Pipeline inventory = Pipeline.of("inventory",
 *     CircuitBreaker.standard().sharedBy(fleet.dependency("inventory")));
 * }</pre>
 *
 * <p>While all is well each process exchanges with the store every 5 s (every minute in a fleet of
 * 12,000); on the way back every 250 ms to 2 s. No call ever waits for the store. When it is away
 * the share in force holds for a lease of at least 2 s, and then the process goes on alone.
 *
 * <p>Thread-safe. One for each process and store.
 */
public final class Fleet implements AutoCloseable {

  private final FleetStore store;
  private final String member;
  private final long limitNanos;
  private final Consumer<FleetChange> listener;
  private final LongAdder exchanges = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Map<Kernel, Agent> agents = new HashMap<>(); // guarded by this
  private int joined;
  private boolean closed;

  private Fleet(Builder builder) {
    store = builder.store;
    member = builder.member;
    limitNanos = builder.limitNanos;
    listener = builder.listener;
  }

  /**
   * A builder.
   *
   * @param store where the processes meet; never the dependency that is guarded
   * @return with the defaults
   */
  public static Builder builder(FleetStore store) {
    return new Builder(Checks.notNull("store", store));
  }

  /**
   * A dependency that the fleet guards, for {@code CircuitBreaker.sharedBy} and
   * {@code Rejoin.Builder.sharedBy}. Processes that name the same one come back as one; one that
   * may be down for a zone alone has the zone in its name. Of a breaker that is one of several, by
   * key, the key becomes part of the name.
   *
   * @param name 1 to 150 characters, no white space
   * @return the dependency
   * @throws IllegalArgumentException if the name is not as expected
   */
  public FleetDependency dependency(String name) {
    String checked = checkName("dependency", name);
    return new Dependency(checked);
  }

  private final class Dependency implements FleetDependency {

    private final String name;

    Dependency(String name) {
      this.name = name;
    }

    @Override
    public FleetMembership join(FleetMember breaker, Attachment attachment) {
      return Fleet.this.join(name, breaker, attachment);
    }

    @Override
    public long turn(long lengthNanos, long longestNanos, long random) throws Exception {
      return StartTurns.take(store, name, lengthNanos, longestNanos, random);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private synchronized FleetMembership join(
      String dependency, FleetMember breaker, Attachment attachment) {
    if (closed) {
      throw new IllegalStateException("fleet: closed (expected: open, when a breaker joins)");
    }
    Kernel kernel = attachment.kernel();
    Agent agent = agents.computeIfAbsent(
        kernel,
        time -> new Agent(
            store,
            time,
            limitNanos,
            new Notices(listener, attachment.isLogged()),
            exchanges,
            failures));
    String key = attachment.key();
    // Another one after each start, so that what a process left behind is not taken for its own.
    String name =
        member + "#" + Long.toString(kernel.random() >>> 24, Character.MAX_RADIX) + "-" + joined++;
    String full = key == null ? dependency : dependency + "/" + key;
    if (full.length() > FleetStore.MOST_NAME_CHARACTERS) {
      full = full.substring(0, FleetStore.MOST_NAME_CHARACTERS - 9) + "~"
          + Integer.toHexString(full.hashCode());
    }
    Session session = new Session(full, name, breaker, agent, kernel);
    agent.join(session);
    return session;
  }

  /**
   * How this process's breakers stand with the others: for a status page, or metrics
   * ({@code FleetMetrics} in {@code evenkeel-micrometer}).
   *
   * @return one for each breaker that has joined and not left, as of now
   */
  public List<FleetStatus> status() {
    List<Agent> all;
    synchronized (this) {
      all = List.copyOf(agents.values());
    }
    return all.stream().flatMap(agent -> agent.status().stream()).toList();
  }

  /**
   * How many exchanges with the store this process has begun.
   *
   * @return ever
   */
  public long exchanges() {
    return exchanges.sum();
  }

  /**
   * How many of them failed or took longer than the time limit.
   *
   * @return ever
   */
  public long failedExchanges() {
    return failures.sum();
  }

  private static String checkName(String what, String name) {
    Checks.notNull(what, name);
    boolean plain = name.chars().noneMatch(c -> Character.isWhitespace(c) || c < ' ');
    if (name.isEmpty() || name.length() > 150 || !plain) {
      throw new IllegalArgumentException(
          what + ": " + name + " (expected: 1 to 150 characters, no white space)");
    }
    return name;
  }

  /** Leaves the fleet: the breakers go on alone. Closing it again does nothing. */
  @Override
  public void close() {
    Agent[] all;
    synchronized (this) {
      closed = true;
      all = agents.values().toArray(new Agent[0]);
      agents.clear();
    }
    for (Agent agent : all) {
      agent.close();
    }
  }

  @Override
  public String toString() {
    return "fleet(" + member + ", " + store + ")";
  }

  /** Builds a fleet. Not thread-safe. */
  public static final class Builder {

    private final FleetStore store;
    private String member = "member";
    private long limitNanos = Duration.ofMillis(500).toNanos();
    private Consumer<FleetChange> listener = change -> {};

    private Builder(FleetStore store) {
      this.store = store;
    }

    /**
     * This process's name, for people who look at the store; two with the same one do no harm.
     *
     * @param name 1 to 150 characters, no white space; "member" by default
     * @return this
     */
    public Builder member(String name) {
      member = checkName("member", name);
      return this;
    }

    /**
     * How long an exchange with the store may take. After that it is interrupted and counts as
     * failed. No call waits for it.
     *
     * @param time 10 ms to 10 s; 500 ms by default
     * @return this
     */
    public Builder timeLimit(Duration time) {
      long nanos = Checks.positiveNanos("timeLimit", time);
      if (nanos < 10_000_000L || nanos > 10_000_000_000L) {
        throw new IllegalArgumentException(
            "timeLimit: " + Checks.text(time) + " (expected: 10 ms to 10 s)");
      }
      limitNanos = nanos;
      return this;
    }

    /**
     * Hears of changes, beside the log. It may be slow, and may throw; it runs on a thread of the
     * fleet.
     *
     * @param newListener is told each change once
     * @return this
     */
    public Builder onChange(Consumer<FleetChange> newListener) {
      listener = Checks.notNull("listener", newListener);
      return this;
    }

    /**
     * Builds the fleet. Nothing is read or written before the first breaker joins.
     *
     * @return the fleet
     */
    public Fleet build() {
      return new Fleet(this);
    }
  }
}
