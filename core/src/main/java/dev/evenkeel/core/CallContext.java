package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * What travels with a call: its deadline, how much it matters, which attempt this is, and the key
 * that makes repeating it safe. Pipelines read it where a call begins and show their own view of it
 * while the call runs.
 *
 * <p>Immutable and thread-safe. It follows the thread; to take it to another one use {@link #run}
 * or {@link #call} there.
 */
public final class CallContext implements ContextSource {

  private static final CallContext EMPTY =
      new CallContext(null, Criticality.CRITICAL, 1, 0, null, null);
  private static final int MAX_KEY_LENGTH = 255;

  private final @Nullable Deadline deadline;
  private final Criticality criticality;
  private final int attempt;
  private final int hedge;
  private final @Nullable String idempotencyKey;

  /** Those of the attempt whose context this is; null if it is none's. */
  private final @Nullable AbortHooks hooks;

  CallContext(
      @Nullable Deadline deadline,
      Criticality criticality,
      int attempt,
      int hedge,
      @Nullable String idempotencyKey,
      @Nullable AbortHooks hooks) {
    this.deadline = deadline;
    this.criticality = criticality;
    this.attempt = attempt;
    this.hedge = hedge;
    this.idempotencyKey = idempotencyKey;
    this.hooks = hooks;
  }

  /**
   * The context in force on this thread.
   *
   * @return the context; one without deadline and key if none was set
   */
  public static CallContext current() {
    ContextSource source = CallerThread.currentContext();
    return source == null ? EMPTY : source.toContext();
  }

  /**
   * The deadline.
   *
   * @return null if there is none
   */
  public @Nullable Deadline deadline() {
    return deadline;
  }

  /**
   * How much the call matters.
   *
   * @return {@link Criticality#CRITICAL} unless set
   */
  public Criticality criticality() {
    return criticality;
  }

  /**
   * Which attempt of its call this is.
   *
   * @return 1 for the first
   */
  public int attempt() {
    return attempt;
  }

  /**
   * Which one of several attempts side by side this is. A call that can choose between replicas
   * finds another one with every attempt by {@code attempt() - 1 + hedge()}.
   *
   * @return 0 for the first, 1 for the first hedge beside it
   */
  public int hedge() {
    return hedge;
  }

  /**
   * The key by which the dependency recognises a repeated call; the same for all attempts.
   *
   * @return null if there is none
   */
  public @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  /**
   * This context with a deadline; an earlier one that is already set stays.
   *
   * @param newDeadline the deadline
   * @return a new context
   */
  public CallContext withDeadline(Deadline newDeadline) {
    Checks.notNull("deadline", newDeadline);
    return new CallContext(
        Deadline.earlier(deadline, newDeadline),
        criticality,
        attempt,
        hedge,
        idempotencyKey,
        hooks);
  }

  /**
   * This context with another criticality.
   *
   * @param newCriticality how much the call matters
   * @return a new context
   */
  public CallContext withCriticality(Criticality newCriticality) {
    return new CallContext(
        deadline,
        Checks.notNull("criticality", newCriticality),
        attempt,
        hedge,
        idempotencyKey,
        hooks);
  }

  /**
   * This context with an idempotency key.
   *
   * @param key 1 to 255 visible ASCII characters
   * @return a new context
   */
  public CallContext withIdempotencyKey(String key) {
    Checks.notNull("idempotencyKey", key);
    if (key.isEmpty()
        || key.length() > MAX_KEY_LENGTH
        || key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "idempotencyKey: \"" + key + "\" (expected: 1 to 255 visible ASCII characters)");
    }
    return new CallContext(deadline, criticality, attempt, hedge, key, hooks);
  }

  /**
   * Does something when the attempt that runs with this context is ended from outside: by its
   * timeout or a deadline, by its caller, or because another attempt beside it was first. For
   * clients that ignore interrupts, or must not be interrupted:
   * {@code CallContext.current().onAbort(statement::cancel)}.
   *
   * <p>It runs once at most, on a thread on which it may block, and before the attempt's thread is
   * interrupted; if the attempt then ends within 0.2 s, it is not interrupted at all. An attempt
   * that ends by itself forgets it, and one that ends while it runs waits for it, up to a second:
   * it never reaches what the thread does next. If the attempt is over already, it runs at once if
   * that was ended from outside, and else not at all. Without an attempt it does nothing. Under
   * {@link Timeout#cooperative} it is all that happens when the time is over. What it throws is
   * logged once.
   *
   * @param hook ends the call
   * @return to take it back: true if it will not run
   */
  public Cancellable onAbort(CheckedRunnable<?> hook) {
    Checks.notNull("hook", hook);
    AbortHooks own = hooks;
    return own == null ? () -> false : own.add(hook);
  }

  /**
   * Whether this is the context of an attempt, which runs what {@link #onAbort} was given when it
   * is ended from outside. Where it is not, nothing but the code itself obeys the
   * {@link #deadline}.
   *
   * @return false outside of a pipeline
   */
  public boolean isAttempt() {
    return hooks != null;
  }

  @Nullable AbortHooks hooks() {
    return hooks;
  }

  /** This context, with a deadline that is in force already if that one is sooner. */
  private CallContext clippedTo(@Nullable ContextSource inForce) {
    Deadline outer = inForce == null ? null : inForce.deadlineInForce();
    if (outer == null || (deadline != null && Deadline.earlier(deadline, outer) == deadline)) {
      return this;
    }
    return new CallContext(outer, criticality, attempt, hedge, idempotencyKey, hooks);
  }

  @Override
  public @Nullable Deadline deadlineInForce() {
    return deadline;
  }

  /**
   * Runs code with this context in force on this thread, and puts the one before back. If a sooner
   * deadline is in force here, that one stays.
   *
   * @param <T> the type of the result
   * @param <X> what the code throws
   * @param code what to run
   * @return its result
   * @throws X as the code does
   */
  public <T extends @Nullable Object, X extends Throwable> T call(CheckedSupplier<T, X> code)
      throws X {
    Checks.notNull("code", code);
    CallerThread thread = CallerThread.current();
    ContextSource outer = thread.swapContext(clippedTo(CallerThread.currentContext()));
    try {
      return code.get();
    } finally {
      thread.swapContext(outer);
    }
  }

  /**
   * Runs code with this context in force on this thread, and puts the one before back. If a sooner
   * deadline is in force here, that one stays.
   *
   * @param <X> what the code throws
   * @param code what to run
   * @throws X as the code does
   */
  public <X extends Throwable> void run(CheckedRunnable<X> code) throws X {
    Checks.notNull("code", code);
    CallerThread thread = CallerThread.current();
    ContextSource outer = thread.swapContext(clippedTo(CallerThread.currentContext()));
    try {
      code.run();
    } finally {
      thread.swapContext(outer);
    }
  }

  /**
   * Puts this context in force on this thread until the scope is closed there, for libraries that
   * set and restore thread locals; all others use {@link #call} or {@link #run}, which cannot be
   * forgotten. If a sooner deadline is in force here, that one stays. Scopes are closed in the
   * opposite order.
   *
   * @return puts the context before back
   */
  public ContextCarrier.Scope open() {
    CallerThread thread = CallerThread.current();
    ContextSource outer = thread.swapContext(clippedTo(CallerThread.currentContext()));
    return () -> thread.swapContext(outer);
  }

  @Override
  public CallContext toContext() {
    return this;
  }

  @Override
  public String toString() {
    return "CallContext(deadline="
        + deadline
        + ", criticality="
        + criticality
        + ", attempt="
        + attempt
        + ", hedge="
        + hedge
        + ", idempotencyKey="
        + idempotencyKey
        + ")";
  }
}
