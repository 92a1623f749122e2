package dev.evenkeel.core;

/**
 * A part of a {@link Pipeline}. There are two kinds: a {@link Gate} decides whether a call may go
 * on, a driver owns the attempts (timeout, retry, hedge, fallback). Users write gates of their own;
 * drivers come with Evenkeel. {@link PerKey} is a gate for each key.
 */
public sealed interface Policy permits Gate, PerKey, Driver, HedgeDriver, Timeout, Fallback {

  /**
   * The name in {@link Pipeline#describe()}, errors, logs and metrics.
   *
   * @return a short name in kebab case, e.g. {@code circuit-breaker}
   */
  String name();

  /**
   * Where {@link Pipeline#of} puts this policy.
   *
   * @return the place in the canonical order
   */
  Position position();

  /** The canonical order, outermost first. */
  enum Position {
    /** Answers instead of a failure. */
    FALLBACK,
    /** Bounds the whole call. */
    TOTAL_TIMEOUT,
    /** Makes further attempts. */
    RETRY,
    /** Starts another attempt beside a slow one; one hedged attempt is one attempt of a retry. */
    HEDGE,
    /** Trips, probes and ramps. */
    CIRCUIT_BREAKER,
    /** Bounds calls per time. */
    RATE_LIMIT,
    /** Bounds calls in flight. */
    CONCURRENCY_LIMIT,
    /** Injects faults on purpose. */
    FAULT_INJECTION,
    /** Bounds one attempt. */
    TIMEOUT
  }
}
