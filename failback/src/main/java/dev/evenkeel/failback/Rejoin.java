package dev.evenkeel.failback;

import dev.evenkeel.core.CheckedSupplier;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Readiness;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node that starts, and may not be the only one: its start-up calls, which fill caches and read
 * what it needs, wait for its turn, so that a fleet that restarts together does not take down what
 * it starts against.
 *
 * <pre>{@code
 * Rejoin rejoin = Rejoin.builder("catalog").startCalls(200).headroom(400)
 *     .sharedBy(fleet.dependency("catalog")).nodes(1_000).start();
 * Page page = rejoin.call(() -> catalog.call(() -> client.page(1)));     // ... 200 of them
 * rejoin.ready();
 * }</pre>
 *
 * <p>With a fleet, its store gives one node after the other a turn of {@code startCalls / headroom}
 * seconds; a node that is alone has it at once. Without a store, or if it does not answer, a node
 * begins at random in the {@code nodes * startCalls / headroom} seconds that all of them need. In
 * its turn its calls go out one by one; of all nodes together, at the rate of the headroom.
 *
 * <p>{@link #readiness()} is WAITING, then WARMING, then READY. Nothing is held back for longer
 * than {@code maxWait}, whatever happens. Thread-safe. One for each process and dependency that
 * start-up calls go to.
 */
public final class Rejoin implements AutoCloseable {

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String name;
  private final Kernel kernel;
  private final StartQueue queue;
  private final Gate inbound;

  private Rejoin(Builder builder) {
    name = builder.name;
    kernel = builder.kernel;
    queue = new StartQueue(builder.plan(), kernel, builder.fleet);
    inbound = new InboundGate(queue);
  }

  /**
   * A builder. {@link Builder#startCalls} and {@link Builder#headroom} have to be set.
   *
   * @param name the dependency's name, for the log
   * @return with the defaults
   */
  public static Builder builder(String name) {
    return new Builder(Checks.name("name", name));
  }

  /**
   * Makes a start-up call when it may be made; once it is {@link #ready}, at once. What is around
   * it, timeouts and retries, goes inside: {@code rejoin.call(() -> catalog.call(...))}.
   *
   * @param <T> the type of the result
   * @param <X> what the call may throw
   * @param call the call
   * @return its result
   * @throws X as the call likes
   * @throws InterruptedException if the thread is interrupted while it waits; the call is not made
   * @throws CancellationException if this was closed before it was ready; the call is not made
   */
  public <T extends @Nullable Object, X extends Throwable> T call(CheckedSupplier<T, X> call)
      throws X, InterruptedException {
    Checks.notNull("call", call);
    Thread thread = Thread.currentThread();
    StartWaiter waiter = queue.enter(over -> LockSupport.unpark(thread));
    try {
      while (!waiter.isOver()) {
        kernel.parkUntil(kernel.nanoTime() + LOOK_NANOS, waiter::isOver);
      }
    } finally {
      if (!waiter.isOver()) {
        queue.leave(waiter);
      }
    }
    if (!waiter.isGranted()) {
      throw closedMeanwhile();
    }
    return call.get();
  }

  /**
   * As {@link #call}, without a thread that waits. The call begins on a thread of the kernel, or on
   * this one if it may be made at once.
   *
   * @param <T> the type of the result
   * @param call begins the call
   * @return its outcome; cancelling it before the call began takes the call back
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends CompletionStage<T>> call) {
    Checks.notNull("call", call);
    AsyncStart<T> start = new AsyncStart<>(call);
    StartWaiter waiter = queue.enter(over -> onKernel(start, over));
    if (waiter.isOver()) {
      start.begin(waiter);
    } else {
      CompletionStage<T> answer = start.answer;
      answer.whenComplete((result, failure) -> queue.leave(waiter));
    }
    return start.answer;
  }

  private void onKernel(AsyncStart<?> start, StartWaiter over) {
    try {
      kernel.execute(() -> start.begin(over));
    } catch (Throwable rejected) {
      start.answer.completeExceptionally(rejected);
    }
  }

  /** A call that was let through, or never will be. */
  private final class AsyncStart<T extends @Nullable Object> {

    private final Supplier<? extends CompletionStage<T>> call;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private boolean begun; // guarded by this

    AsyncStart(Supplier<? extends CompletionStage<T>> call) {
      this.call = call;
    }

    private synchronized boolean begins() {
      boolean first = !begun && !answer.isDone();
      begun = true;
      return first;
    }

    void begin(StartWaiter over) {
      if (!begins()) {
        return;
      }
      if (!over.isGranted()) {
        answer.completeExceptionally(closedMeanwhile());
        return;
      }
      try {
        call.get().whenComplete((result, failure) -> {
          if (failure == null) {
            answer.complete(result);
          } else {
            answer.completeExceptionally(failure);
          }
        });
      } catch (Throwable failure) {
        answer.completeExceptionally(failure);
      }
    }
  }

  private CancellationException closedMeanwhile() {
    return new CancellationException("rejoin " + name + ": closed before it was ready");
  }

  /**
   * Says that the start-up calls are made. From now on all calls pass, and {@link #readiness()} is
   * READY; or WARMING for as long as {@link Builder#warmUp} says. Again, it does nothing.
   */
  public void ready() {
    queue.ready();
  }

  /**
   * Where this node is in its start: for a health check, as {@code HealthBuilder.readiness} of
   * {@code evenkeel-healthcheck} makes it.
   *
   * @return as of now
   */
  public Readiness readiness() {
    return queue.readiness();
  }

  /**
   * A gate for the server's side: it lets through the share of the inbound calls that this node
   * wants to take. That is none before it is {@link #ready}, a growing one during
   * {@link Builder#warmUp}, then all. For {@code ServerPolicy.limits(rejoin.inbound())}; the
   * refused get a 503 that says when to come back.
   *
   * @return always the same one
   */
  public Gate inbound() {
    return inbound;
  }

  /**
   * Ends it. Calls that wait are not made any more, unless it is ready; then closing changes
   * nothing.
   */
  @Override
  public void close() {
    queue.close();
  }

  @Override
  public String toString() {
    return "rejoin(" + name + ", " + readiness() + ")";
  }

  /** Builds it. Not thread-safe. */
  public static final class Builder {

    private static final Duration STANDARD_MAX_WAIT = Duration.ofMinutes(10);
    private static final Duration LONGEST_MAX_WAIT = Duration.ofDays(1);

    private final String name;
    private int startCalls;
    private double headroom;
    private int nodes = 1;
    private long maxWaitNanos = STANDARD_MAX_WAIT.toNanos();
    private long warmUpNanos;
    private @Nullable FleetDependency fleet;
    private Kernel kernel = Kernel.system();

    private Builder(String name) {
      this.name = name;
    }

    /**
     * How many calls a node makes to this dependency to start, retries included. One that makes
     * more needs another turn for them.
     *
     * @param calls 1 to 1,000,000
     * @return this
     */
    public Builder startCalls(int calls) {
      startCalls = Checks.range("startCalls", calls, 1, 1_000_000);
      return this;
    }

    /**
     * What the dependency can bear of start-up calls beside its usual load, from all nodes
     * together.
     *
     * @param callsPerSecond 0.001 to 1,000,000
     * @return this
     */
    public Builder headroom(double callsPerSecond) {
      headroom = Checks.range("headroom", callsPerSecond, 0.001, 1_000_000);
      return this;
    }

    /**
     * How many nodes may start together. Without a store, and for when it does not answer: then
     * nothing tells one node that restarts from all of them, and it waits half of the time that all
     * need.
     *
     * @param most 1 to 1,000,000; 1 by default, which waits for nobody
     * @return this
     */
    public Builder nodes(int most) {
      nodes = Checks.range("nodes", most, 1, 1_000_000);
      return this;
    }

    /**
     * Takes turns with the other nodes, by the fleet's store: {@code fleet.dependency("catalog")}.
     * If the store does not answer five times in a row, in about five seconds, it goes on as
     * without one.
     *
     * @param dependency as the fleet knows it; all nodes name the same one, with the same
     *     {@link #headroom}
     * @return this
     */
    public Builder sharedBy(FleetDependency dependency) {
      fleet = Checks.notNull("dependency", dependency);
      return this;
    }

    /**
     * After that nothing is held back, and this node is ready, whatever it is waiting for. If more
     * nodes start than have a turn in that time, they go beyond the headroom, which is logged.
     *
     * @param time more than zero, at most a day; 10 minutes by default
     * @return this
     */
    public Builder maxWait(Duration time) {
      long nanos = Checks.positiveNanos("maxWait", time);
      if (nanos > LONGEST_MAX_WAIT.toNanos()) {
        throw new IllegalArgumentException(
            "maxWait: " + Checks.text(time) + " (expected: more than zero, at most 1 day)");
      }
      maxWaitNanos = nanos;
      return this;
    }

    /**
     * How long the share of inbound calls grows after {@link Rejoin#ready}, from a tenth to all of
     * them. Whoever does not ask for the share is not held back by it.
     *
     * @param time 0 to a day; 0 by default, as to refuse what is well costs more than it saves
     *     where nobody else can take the calls
     * @return this
     */
    public Builder warmUp(Duration time) {
      long nanos = Checks.nonNegativeNanos("warmUp", time);
      if (nanos > LONGEST_MAX_WAIT.toNanos()) {
        throw new IllegalArgumentException(
            "warmUp: " + Checks.text(time) + " (expected: zero to 1 day)");
      }
      warmUpNanos = nanos;
      return this;
    }

    /**
     * Whose time, threads and chance it goes by.
     *
     * @param newKernel {@link Kernel#system()} by default
     * @return this
     */
    public Builder kernel(Kernel newKernel) {
      kernel = Checks.notNull("kernel", newKernel);
      return this;
    }

    private StartPlan plan() {
      if (startCalls == 0) {
        throw new IllegalArgumentException("startCalls: not set (expected: 1 to 1000000)");
      }
      if (headroom == 0) {
        throw new IllegalArgumentException("headroom: not set (expected: calls a second)");
      }
      return new StartPlan(name, startCalls, headroom, nodes, maxWaitNanos, warmUpNanos);
    }

    /**
     * Starts it: the time runs, and a turn is asked for, from now on.
     *
     * @return a new one
     * @throws IllegalArgumentException if {@link #startCalls} or {@link #headroom} is not set
     */
    public Rejoin start() {
      Rejoin rejoin = new Rejoin(this);
      rejoin.queue.begin();
      return rejoin;
    }
  }
}
