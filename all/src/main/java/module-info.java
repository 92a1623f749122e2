/** Core, retry, limits, circuit breaker and failback in one. */
module dev.evenkeel {
  requires transitive dev.evenkeel.circuitbreaker;
  requires transitive dev.evenkeel.core;
  requires transitive dev.evenkeel.failback;
  requires transitive dev.evenkeel.limits;
  requires transitive dev.evenkeel.retry;
}
