/** Stress tests of the retry budget; in its package, to reach what is not public. */
@NullMarked
package dev.evenkeel.retry;

import org.jspecify.annotations.NullMarked;
