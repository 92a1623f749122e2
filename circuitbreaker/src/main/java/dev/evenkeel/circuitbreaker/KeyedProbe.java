package dev.evenkeel.circuitbreaker;

import org.jspecify.annotations.Nullable;

/**
 * A ping that is told which endpoint, shard or zone to ping, see
 * {@link CircuitBreaker#probeKeyWith}.
 */
@FunctionalInterface
public interface KeyedProbe {

  /**
   * Pings; returns if the dependency is well.
   *
   * @param key the key of the breaker's calls; null if it is for calls without one
   * @throws Throwable if it is not
   */
  void probe(@Nullable String key) throws Throwable;
}
