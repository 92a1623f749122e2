package dev.evenkeel.core;

import java.util.List;

/**
 * A part of a {@link Pipeline}. There are two kinds: a {@link Gate} decides whether a call may go
 * on, a driver owns the attempts (timeout, retry, hedge, fallback). Users write gates of their own;
 * drivers come with Evenkeel. {@link PerKey} is a gate for each key.
 */
public sealed interface Policy permits Gate, PerKey, RetryDriver, HedgeDriver, Timeout, Fallback {

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

  /**
   * Takes over the settings of another policy of the same class and keeps its own state, see
   * {@link Pipeline#update}. Called while calls run; must not throw.
   *
   * @param next new, and in no pipeline yet
   * @return what goes into the pipeline: this policy, if its settings can change while calls hold
   *     its permits; else the other one, as unless overridden
   */
  default Policy changedTo(Policy next) {
    return next;
  }

  /**
   * What is doubtful about the settings of this policy, see {@link Pipeline#warnings}. Asked when
   * it is put into a pipeline, once for each.
   *
   * @return a sentence for each, such as "field: value (expected: ...)"; none unless overridden
   */
  default List<String> warnings() {
    return List.of();
  }

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
