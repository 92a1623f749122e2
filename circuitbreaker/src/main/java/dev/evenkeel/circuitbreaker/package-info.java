/**
 * The circuit breaker: Resilience4j decides when it trips, {@code failback} brings it back. Start
 * at {@link dev.evenkeel.circuitbreaker.CircuitBreaker}.
 */
@NullMarked
package dev.evenkeel.circuitbreaker;

import org.jspecify.annotations.NullMarked;
