/** Stress tests of what the core's threads share; in its package, to reach what is not public. */
@NullMarked
package dev.evenkeel.core;

import org.jspecify.annotations.NullMarked;
