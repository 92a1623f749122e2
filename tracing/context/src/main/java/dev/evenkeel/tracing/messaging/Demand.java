package dev.evenkeel.tracing.messaging;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.TimelessGate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleToIntFunction;

/**
 * How many messages at a time a consumer should ask for, from the states of the pipelines that its
 * handler needs: all of them, none, or a step of a ramp.
 *
 * <p>While a breaker is open there are no calls, and without a call most breakers do not find out
 * that the dependency is back. So when the cool-down should be over, one message is asked for, as a
 * trial: it is the probe. Thread-safe.
 */
public final class Demand {

  private static final long FIRST_TRIAL_MILLIS = 500;
  private static final long LONGEST_TRIAL_MILLIS = 15_000;

  /** A gate may ask for more; a look now and then costs one message's way to and fro. */
  private static final long LONGEST_COOL_DOWN_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final List<Pipeline> pipelines;
  private final int all;
  private final int trial;
  private final DoubleToIntFunction ramp;
  private final Kernel kernel;
  private final JitteredWaits trials;
  private boolean away;
  private long trialAtNanos;

  /**
   * Creates it.
   *
   * @param pipelines what the handler needs
   * @param all how many messages a healthy consumer asks for
   * @param trial how many it asks for to find out whether what it needs is back
   * @param ramp how many for a share of the calls, 0 to 1, that a ramp lets through
   * @param kernel for time and chance
   */
  public Demand(
      List<Pipeline> pipelines, int all, int trial, DoubleToIntFunction ramp, Kernel kernel) {
    this.pipelines = List.copyOf(Checks.notNull("pipelines", pipelines));
    this.all = all;
    this.trial = trial;
    this.ramp = Checks.notNull("ramp", ramp);
    this.kernel = Checks.notNull("kernel", kernel);
    trials = new JitteredWaits(kernel, FIRST_TRIAL_MILLIS, LONGEST_TRIAL_MILLIS);
  }

  /**
   * The state of the pipeline that lets the least through.
   *
   * @return closed if there is none with a state
   */
  public GateState worst() {
    GateState worst = GateState.CLOSED;
    for (Pipeline pipeline : pipelines) {
      if (pipeline.isObserveOnly()) {
        continue;
      }
      GateState state =
          pipeline.policy(StatefulGate.class).map(StatefulGate::state).orElse(GateState.CLOSED);
      if (rank(state) > rank(worst)
          || (rank(state) == rank(worst) && state.share() < worst.share())) {
        worst = state;
      }
    }
    return worst;
  }

  private static int rank(GateState state) {
    return switch (state.kind()) {
      case CLOSED, DISABLED -> 0;
      case RAMPING -> 1;
      case PROBING -> 2;
      case OPEN -> 3;
      case FORCED_OPEN -> 4;
    };
  }

  /**
   * Whether what the handler needs is away: no call of it would be let through but a probe.
   *
   * @return true if it is
   */
  public boolean isAway() {
    return isAway(worst());
  }

  /**
   * Whether a state means that what the handler needs is away.
   *
   * @param state the worst one
   * @return true unless calls pass, be it a share of them
   */
  public boolean isAway(GateState state) {
    return rank(state) >= 2;
  }

  /**
   * Whether there is a gate that could tell a failure of the dependency from one of a message.
   *
   * @return true if there is
   */
  public boolean isWatching() {
    return pipelines.stream().anyMatch(one -> one.policy(StatefulGate.class).isPresent());
  }

  /**
   * How many messages to ask for now.
   *
   * @return 0 for none
   */
  public synchronized int wanted() {
    GateState state = worst();
    int rank = rank(state);
    if (rank <= 1) {
      away = false;
      trials.reset();
      return rank == 0 ? all : ramp.applyAsInt(state.share());
    }
    if (!away) {
      trialFailed();
    }
    boolean due = rank < rank(GateState.FORCED_OPEN) && untilTrialNanos() <= 0;
    return due ? trial : 0;
  }

  /** It is away, still or again: the next trial is due when the gates say; else it is guessed. */
  public synchronized void trialFailed() {
    away = true;
    long coolDown = coolDownNanos();
    trialAtNanos = kernel.nanoTime()
        + (coolDown > 0 ? Math.min(coolDown, LONGEST_COOL_DOWN_NANOS) : trials.nextNanos());
  }

  /** The time until all gates may let a probe through; 0 if none of them says. */
  private long coolDownNanos() {
    long longest = 0;
    for (Pipeline pipeline : pipelines) {
      StatefulGate gate = pipeline.policy(StatefulGate.class).orElse(null);
      if (gate instanceof TimelessGate timeless && isAway(gate.state())) {
        CallView nobody = CallView.ofNobody(pipeline.name(), kernel);
        longest = Math.max(longest, timeless.retryAfterNanos(nobody, kernel.nanoTime()));
      }
    }
    return longest;
  }

  /**
   * The time until the next trial is due.
   *
   * @return nanoseconds; zero or less if it is
   */
  public synchronized long untilTrialNanos() {
    return trialAtNanos - kernel.nanoTime();
  }
}
