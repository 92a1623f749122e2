package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.CheckedRunnable;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.TimelessGate;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.failback.Checkpoint;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.FleetDependency;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls to a dependency that fails, and brings them back slowly when it returns.
 * Resilience4j's sliding window decides when it trips; the way back is {@link Failback}'s. No retry
 * is made while it is on its way back.
 *
 * <table>
 *   <caption>The states</caption>
 *   <tr><th>state</th><th>calls</th><th>left when</th></tr>
 *   <tr><td>CLOSED</td><td>all pass, and are watched</td><td>the window trips: OPEN</td></tr>
 *   <tr><td>OPEN</td><td>all are refused</td><td>the cool-down, which is jittered, is over:
 *     PROBING</td></tr>
 *   <tr><td>PROBING</td><td>one at a time passes</td><td>it answers: RAMPING; it fails: OPEN</td></tr>
 *   <tr><td>RAMPING</td><td>a share passes, which grows with feedback</td><td>nothing is held back
 *     any more: CLOSED; most fail: OPEN</td></tr>
 *   <tr><td>FORCED_OPEN</td><td>all are refused</td><td>{@link #reset}, {@link #comeBack}</td></tr>
 *   <tr><td>DISABLED</td><td>all pass, unwatched</td><td>{@link #reset}, {@link #comeBack}</td></tr>
 * </table>
 *
 * <p>What counts as a failure is the configuration's {@code recordException},
 * {@code ignoreException} and {@code recordResult}; a {@link Verdict#TIMEOUT} always does. The
 * cause of a {@code CompletionException} or {@code ExecutionException} is what they look at. A
 * predicate that throws, whatever it throws, counts the call as failed and is logged once. Calls
 * that the caller gave up, or that an inner policy refused, count as nothing. A failure that is
 * ignored does not count in the window; on the way back it is an answer, so the dependency is
 * there.
 *
 * <p>Listeners and the log hear of a change of state once, in order, from one thread at a time, and
 * never under a lock: a listener may take its time, or call the breaker. From the first probe on
 * that is one PROBING, however often it goes back to OPEN in between: what {@link #state} says
 * meanwhile is exact, and the log sums it up after 1, 2, 4, 8 ... minutes.
 *
 * <p>Thread-safe. One breaker for each dependency; for each endpoint, shard or zone with
 * {@link dev.evenkeel.core.PerKey#of(java.util.function.Supplier)}.
 */
public final class CircuitBreaker implements StatefulGate, TimelessGate, AutoCloseable {

  private final StateMachine machine;

  private final List<String> warnings;

  private CircuitBreaker(
      CircuitBreakerConfig config, @Nullable Failback failback, boolean saysNothingOfIt) {
    BreakerSettings settings = BreakerSettings.of(Checks.notNull("config", config), failback);
    machine = new StateMachine(settings);
    warnings = BreakerWarnings.of(settings, saysNothingOfIt);
  }

  /**
   * A breaker that trips when half of the last 50 calls failed, at least 20 of them made, or when
   * {@link #alsoTripAfter five in a row failed over at least 5 s}: whose calls are rare would need
   * minutes to fill a window. In its first ten seconds it {@link #doubtTimeoutsAtStart doubts
   * timeouts}. It comes back by {@link Failback#standard()}.
   *
   * @return a new breaker
   */
  public static CircuitBreaker standard() {
    return standardWith(config -> {});
  }

  /**
   * A breaker as {@link #standard()}, but for what is said otherwise: what counts as a failure, the
   * window, the thresholds. All else stays, also what is not in the configuration.
   *
   * <pre>{@code
   * CircuitBreaker.standardWith(config -> config
   *     .recordResult(answer -> answer instanceof HttpResponse<?> http && http.statusCode() >= 500)
   *     .ignoreExceptions(NotFoundException.class))
   * }</pre>
   *
   * @param changes changes a configuration that has the values of {@link #standard()}; as for
   *     {@link #of(CircuitBreakerConfig)}
   * @return a new breaker
   */
  public static CircuitBreaker standardWith(Consumer<CircuitBreakerConfig.Builder> changes) {
    Checks.notNull("changes", changes);
    CircuitBreakerConfig.Builder config =
        CircuitBreakerConfig.custom().slidingWindowSize(50).minimumNumberOfCalls(20);
    changes.accept(config);
    return of(config.build()).alsoTripAfter(5, Duration.ofSeconds(5)).doubtTimeoutsAtStart();
  }

  /**
   * A breaker with Resilience4j's configuration and {@link Failback#standard()}. It trips when
   * Resilience4j's would, but for one case: where calls take long and failures come at once, a
   * window that has just begun holds nothing but failures. Until calls have had the time to succeed
   * (twice what a success takes), those under way count as good of which a failure would be known.
   *
   * @param config decides when the breaker trips and what counts as a failure. Its
   *     {@code waitDurationInOpenState} says how much a ramp may refuse without a sign that the
   *     dependency is full: as much as is asked for in a third of it, from 3 s to 20 s. The other
   *     settings for the open and half-open states ({@code permittedNumberOfCallsInHalfOpenState},
   *     ...), {@code transitionOnResult} and its clock are not used; the pipeline warns of those
   *     that are set.
   * @return a new breaker
   */
  public static CircuitBreaker of(CircuitBreakerConfig config) {
    return new CircuitBreaker(config, Failback.standard(), true);
  }

  /**
   * A breaker with Resilience4j's configuration and a way back of one's own.
   *
   * @param config as for {@link #of(CircuitBreakerConfig)}
   * @param failback the way back
   * @return a new breaker
   */
  public static CircuitBreaker of(CircuitBreakerConfig config, Failback failback) {
    return new CircuitBreaker(config, Checks.notNull("failback", failback), false);
  }

  /**
   * A breaker with Resilience4j's own way back: a fixed wait, some calls, then everything. For a
   * step-by-step migration and for comparison; what this library exists for is switched off.
   *
   * @param config decides when the breaker trips, what counts as a failure, how long it waits and
   *     how many calls it lets through half open. Its automatic transition,
   *     {@code maxWaitDurationInHalfOpenState}, {@code transitionOnResult} and clock are not used.
   * @return a new breaker; its half-open state shows as PROBING
   */
  public static CircuitBreaker withoutFailback(CircuitBreakerConfig config) {
    return new CircuitBreaker(config, null, false);
  }

  /**
   * Trips also when nothing has succeeded for a while, however few calls are in the window. Not the
   * default, but for {@link #standard()}: other breakers trip as their configuration says.
   *
   * @param failuresInARow how many calls must have failed, with no success in between; 2 to
   *     1,000,000
   * @param over how long there must be between the end of the first of them and that of the last; 0
   *     or more. With 0 a burst of a few failures is enough.
   * @return this breaker
   * @throws IllegalStateException if the breaker is in a pipeline already, or is one
   *     {@link #withoutFailback}
   * @throws IllegalArgumentException if a value is out of its range
   */
  public CircuitBreaker alsoTripAfter(int failuresInARow, Duration over) {
    beforeUse("alsoTripAfter", "trips as Resilience4j does");
    machine.setRowRule(new ConsecutiveFailures.Rule(
        Checks.range("failuresInARow", failuresInARow, 2, 1_000_000),
        Checks.nonNegativeNanos("over", over)));
    return this;
  }

  /**
   * In the ten seconds after the breaker's first call a timeout is in doubt, because a process that
   * has just started is slow by itself: it counts in the window only if nothing succeeds for five
   * seconds, and a slow answer is no slow call. Other failures count at once, and so do timeouts in
   * a row of failures ({@link #alsoTripAfter}). Not the default, but for {@link #standard()}: other
   * breakers trip as their configuration says.
   *
   * @return this breaker
   * @throws IllegalStateException if the breaker is in a pipeline already, or is one
   *     {@link #withoutFailback}
   */
  public CircuitBreaker doubtTimeoutsAtStart() {
    beforeUse("doubtTimeoutsAtStart", "trips as Resilience4j does");
    machine.setStart(new OwnStart());
    return this;
  }

  /**
   * Comes back together with the other processes that guard the same dependency, by one probe
   * budget and one share for all of them:
   * {@code CircuitBreaker.standard().sharedBy(fleet.dependency("inventory"))}, with a {@code Fleet}
   * of {@code evenkeel-fleet}. It trips by itself as ever; while its own calls succeed, no other
   * process opens it. When nothing is heard of the others it goes on alone, as without them. No
   * call ever waits for them.
   *
   * @param dependency as the fleet knows it
   * @return this breaker
   * @throws IllegalStateException if the breaker is in a pipeline already, or is one
   *     {@link #withoutFailback}
   */
  public CircuitBreaker sharedBy(FleetDependency dependency) {
    Checks.notNull("dependency", dependency);
    beforeUse("sharedBy", "shares nothing");
    machine.setFleet(dependency);
    return this;
  }

  /**
   * Keeps what is remembered of the healthy dependency, its rate and latency, over a restart of the
   * process, so that a ramp right after it goes by knowledge:
   * {@code CircuitBreaker.standard().checkpoint(checkpoint)}. One checkpoint serves all breakers of
   * a process. Not the default: a process that starts knows nothing, and takes the first answers
   * for what is usual.
   *
   * @param checkpoint where it is kept
   * @return this breaker
   * @throws IllegalStateException if the breaker is in a pipeline already, or is one
   *     {@link #withoutFailback}
   */
  public CircuitBreaker checkpoint(Checkpoint checkpoint) {
    Checks.notNull("checkpoint", checkpoint);
    beforeUse("checkpoint", "remembers nothing");
    machine.setCheckpoint(checkpoint);
    return this;
  }

  private void beforeUse(String method, String whyNot) {
    if (!machine.hasFailback()) {
      throw new IllegalStateException(method + ": Resilience4j's own way back " + whyNot
          + " (expected: a breaker with failback)");
    }
    if (machine.isAttached()) {
      throw new IllegalStateException(
          method + ": called after the breaker was put into a pipeline (expected: before)");
    }
  }

  /**
   * Probes by a call of one's own when the cool-down is over, so that a dependency without traffic
   * is found to be back, and no user's call has to find out.
   *
   * <p>It runs on a thread of the kernel that may block, one at a time, and is interrupted when it
   * takes longer than {@link Failback.Builder#probeLease}, which counts as failed. If calls fail
   * after it has succeeded, it no longer decides while there are calls: the next probe is one of
   * them. It ends with {@link #close}, and when nobody has the breaker any more.
   *
   * @param call succeeds if the dependency is well; cheap and without effect, such as a ping. What
   *     it throws is judged as a call's failure is: one that is ignored is an answer.
   * @return this breaker
   * @throws IllegalStateException if the breaker is in a pipeline already, or is one
   *     {@link #withoutFailback}
   */
  public CircuitBreaker probeWith(CheckedRunnable<?> call) {
    Checks.notNull("probe", call);
    beforeUse("probeWith", "makes no probes");
    machine.setProbe(key -> call.run());
    return this;
  }

  /**
   * As {@link #probeWith}, for a breaker that is one of several, see
   * {@link dev.evenkeel.core.PerKey}: {@code PerKey.of(() ->
   * CircuitBreaker.standard().probeKeyWith(shard -> client.ping(shard)))}.
   *
   * @param call is given the key of the breaker's calls
   * @return this breaker
   * @throws IllegalStateException as {@link #probeWith}
   */
  public CircuitBreaker probeKeyWith(KeyedProbe call) {
    Checks.notNull("probe", call);
    beforeUse("probeKeyWith", "makes no probes");
    machine.setProbe(call);
    return this;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    return machine.phase().admit(call, nowNanos);
  }

  @Override
  public long admitTimeless(CallView call) {
    return machine.phase().admitTimeless(call);
  }

  @Override
  public long retryAfterNanos(CallView call, long nowNanos) {
    return machine.phase().retryAfterNanos(nowNanos);
  }

  @Override
  public boolean settleTimeless(CallView call, long permit) {
    return machine.phase().settleTimeless(call, permit);
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    machine.phase().settle(call, permit, verdict, nowNanos);
  }

  @Override
  public boolean readsResults() {
    return machine.classifier().readsResults();
  }

  @Override
  public boolean allowsRetry(CallView call, long permit) {
    return machine.phase().allowsRetry();
  }

  /**
   * Refuses all calls until {@link #reset} or {@link #comeBack}. What was learned of the healthy
   * dependency is kept.
   *
   * @param reason why, for the log
   */
  public void forceOpen(String reason) {
    machine.become(GateState.FORCED_OPEN, Checks.notNull("reason", reason));
  }

  /**
   * Lets all calls through, unwatched, until {@link #reset} or {@link #comeBack}. Nothing is
   * learned meanwhile, and nothing forgotten.
   *
   * @param reason why, for the log
   */
  public void disable(String reason) {
    machine.become(GateState.DISABLED, Checks.notNull("reason", reason));
  }

  /**
   * Closes the breaker at once, from whatever state, with an empty window. What was learned of the
   * healthy dependency is kept. After a maintenance {@link #comeBack} is gentler.
   *
   * @param reason why, for the log
   */
  public void reset(String reason) {
    machine.become(GateState.CLOSED, Checks.notNull("reason", reason));
  }

  /**
   * Ends a maintenance through probes and a ramp: from FORCED_OPEN, DISABLED or CLOSED to OPEN, as
   * if the dependency had just failed. In any other state, in a breaker {@link #withoutFailback},
   * and in one that is in no pipeline and saw no call yet, it changes nothing and says so in the
   * log.
   *
   * @param reason why, for the log
   */
  public void comeBack(String reason) {
    machine.comeBack(Checks.notNull("reason", reason));
  }

  /**
   * Ends a way back at once: from OPEN, PROBING or RAMPING to CLOSED, for whoever knows that the
   * dependency can bear everything. In any other state it changes nothing and says so in the log.
   *
   * @param reason why, for the log
   */
  public void skipRamp(String reason) {
    machine.skipRamp(Checks.notNull("reason", reason));
  }

  /**
   * Ends the probes of {@link #probeWith} and leaves no timer behind. Calls go on being decided.
   * Closing it again does nothing.
   */
  @Override
  public void close() {
    machine.close();
  }

  @Override
  public void attach(Attachment attachment) {
    machine.attach(attachment);
  }

  /**
   * A pipeline is closed. In none any more, the breaker makes no probes and leaves no timer behind.
   *
   * @param attachment the one it was attached with
   */
  @Override
  public void detach(Attachment attachment) {
    machine.detach(attachment);
  }

  /**
   * Whether nothing is lost if a new breaker takes its place: a closed one is idle, whatever it has
   * seen, as a call under way is worth nothing.
   *
   * @param nowNanos the present time
   * @return true if it is closed
   */
  @Override
  public boolean isIdle(long nowNanos) {
    return state().kind() == GateState.Kind.CLOSED;
  }

  /**
   * Goes by the settings of another breaker and keeps its state. Closed, it keeps what its window
   * holds: if the new window is smaller, in proportion, and as if the failures had come last; the
   * next call decides whether that trips it. On its way back it goes on as it began, and comes to
   * the new settings when it closes. Predicates and a new probe are in force at once; without a
   * probe in the other one it keeps its own. A row of failures begins anew. What was learned of the
   * healthy dependency is kept. A breaker {@link #withoutFailback} cannot change, and the other one
   * takes its place, closed; so does one that is in a pipeline already, to be shared with it.
   *
   * @param next a {@code CircuitBreaker}
   * @return this; the other one if one of them is {@link #withoutFailback}, or it is in use
   */
  @Override
  public Policy changedTo(Policy next) {
    StateMachine wanted = ((CircuitBreaker) next).machine;
    if (!machine.hasFailback() || !wanted.hasFailback() || wanted.isAttached()) {
      return next;
    }
    machine.changeTo(wanted);
    return this;
  }

  @Override
  public GateState state() {
    return machine.phase().state();
  }

  /**
   * The window that decides about tripping.
   *
   * @return its figures, as of the last call if the breaker is in no pipeline; empty while it is
   *     not closed
   */
  public WindowFigures figures() {
    return machine.told().figures();
  }

  /**
   * How many verdicts came too late, from calls that were admitted in an earlier state. They change
   * nothing else.
   *
   * @return 0 or more
   */
  public long staleVerdicts() {
    return machine.staleVerdicts();
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public String name() {
    return "circuit-breaker";
  }

  @Override
  public Position position() {
    return Position.CIRCUIT_BREAKER;
  }

  @Override
  public String toString() {
    return name() + "(" + machine.settings() + ")";
  }
}
