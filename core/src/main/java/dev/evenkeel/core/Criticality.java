package dev.evenkeel.core;

/** How much a call matters; under overload the least critical are refused first. Highest first. */
public enum Criticality {
  /** Must work: a failure here hurts users at once. */
  CRITICAL_PLUS,
  /** The default. */
  CRITICAL,
  /** Partial unavailability is expected: batch work, pre-fetching for a page. */
  SHEDDABLE_PLUS,
  /** May be dropped for long: clean-up, re-indexing. */
  SHEDDABLE
}
