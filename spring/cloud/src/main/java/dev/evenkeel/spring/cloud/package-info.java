/**
 * Spring Cloud's {@code CircuitBreakerFactory} and {@code ReactiveCircuitBreakerFactory} over
 * pipelines: what asks for a circuit breaker by its id, as Gateway, OpenFeign and HTTP service
 * fallbacks do, gets the pipeline of that name.
 */
@NullMarked
package dev.evenkeel.spring.cloud;

import org.jspecify.annotations.NullMarked;
