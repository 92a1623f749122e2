/** Stress tests of the breaker; in its package, to reach what is not public. */
@NullMarked
package dev.evenkeel.circuitbreaker;

import org.jspecify.annotations.NullMarked;
