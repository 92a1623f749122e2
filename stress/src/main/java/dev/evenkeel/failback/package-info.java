/** Stress tests of the way back; in its package, to reach what is not public. */
@NullMarked
package dev.evenkeel.failback;

import org.jspecify.annotations.NullMarked;
