/** Retries with a budget, backoff, and hedging. */
module dev.evenkeel.retry {
  requires transitive dev.evenkeel.core;

  exports dev.evenkeel.retry;
}
