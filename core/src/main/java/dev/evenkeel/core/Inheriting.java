package dev.evenkeel.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call takes over from the context it is made in, and what it shows as a context to the code
 * that it runs: deadline, criticality, idempotency key, the number of the attempt, hooks. A part of
 * the call's {@link Frame}.
 */
abstract class Inheriting extends Timing implements CallView, ContextSource {

  /** The context that was set when the call began, to tell whether another one was set within. */
  private @Nullable ContextSource outer;

  private Criticality criticality = Criticality.CRITICAL;
  private @Nullable String idempotencyKey;

  int attempt = 1;

  /** Which one of the attempts side by side this is: 0 for the first. */
  int hedge;

  /** What this attempt wants to be done when it is ended from outside; null if nothing. */
  volatile @Nullable AbortHooks hooks;

  abstract Plan plan();

  /** Whether the attempt is to end, but has not yet. */
  abstract boolean isEndedFromOutside();

  /**
   * Takes over what is in force where the call is made.
   *
   * @param context the context that was set last on the thread
   * @param around the one in force, which may be that of a call
   */
  final void inherit(@Nullable ContextSource context, @Nullable ContextSource around) {
    if (outer != context) {
      outer = context;
    }
    if (around == null) {
      take(Criticality.CRITICAL, null);
    } else if (around instanceof Frame frame) {
      take(frame.criticality(), frame.idempotencyKey());
      if (frame.hasDeadline) {
        setDeadline(
            frame.kernel() == kernel()
                ? frame.deadlineNanos
                : plan().atNanos(new Deadline(frame.kernel(), frame.deadlineNanos)));
      }
    } else {
      CallContext given = (CallContext) around;
      take(given.criticality(), given.idempotencyKey());
      Deadline deadline = given.deadline();
      if (deadline != null) {
        setDeadline(plan().atNanos(deadline));
      }
    }
  }

  /** It is one of several attempts of a call side by side. */
  final void inheritAs(Inheriting whole) {
    criticality = whole.criticality;
    idempotencyKey = whole.idempotencyKey;
    attempt = whole.attempt;
  }

  /** It is what an observe-only pipeline's policies see of a call. */
  final void inherit(Inheriting observed) {
    inheritAs(observed);
    idempotencyKey = observed.idempotencyKey;
  }

  private void take(Criticality newCriticality, @Nullable String newKey) {
    if (criticality != newCriticality) {
      criticality = newCriticality;
    }
    if (!Objects.equals(idempotencyKey, newKey)) {
      idempotencyKey = newKey;
    }
  }

  /** The context that was set when this call began. */
  final @Nullable ContextSource outer() {
    return outer;
  }

  /** The attempt has ended: its hooks run no more. */
  final void endHooks() {
    AbortHooks own = hooks;
    if (own != null) {
      own.end();
      hooks = null;
    }
  }

  /** What the attempt that runs wants to be done when it is ended. */
  private AbortHooks hooksOfAttempt() {
    AbortHooks own = hooks;
    if (own == null) {
      boolean alone = hasDeadline && enforcement().mode() == Timeout.Mode.COOPERATIVE && !isAsync();
      own = new AbortHooks(kernel(), plan().faults, alone ? deadlineNanos : null);
      hooks = own;
      if (isEndedFromOutside()) {
        own.run(); // whoever ended it has found none: those that follow run at once
      }
    }
    return own;
  }

  @Override
  public final @Nullable Deadline deadlineInForce() {
    return hasDeadline ? new Deadline(kernel(), deadlineNanos) : null;
  }

  @Override
  public final CallContext toContext() {
    return new CallContext(
        deadlineInForce(), criticality, attempt, hedge, idempotencyKey, hooksOfAttempt());
  }

  /** For attempts that are ended by a subscription. */
  final CallContext toContextWithoutHooks() {
    return new CallContext(deadlineInForce(), criticality, attempt, hedge, idempotencyKey, null);
  }

  @Override
  public final int attempt() {
    return attempt;
  }

  @Override
  public final int hedge() {
    return hedge;
  }

  @Override
  public final @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  @Override
  public final Criticality criticality() {
    return criticality;
  }

  @Override
  public final long remainingNanos(long atNanos) {
    return hasDeadline ? deadlineNanos - atNanos : Long.MAX_VALUE;
  }
}
