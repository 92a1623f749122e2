/**
 * Limits: how many calls per time, how many at once, and who has to go first when there are too
 * many.
 */
@NullMarked
package dev.evenkeel.limits;

import org.jspecify.annotations.NullMarked;
