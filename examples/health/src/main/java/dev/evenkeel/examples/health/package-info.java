/** A service whose dependency dies and comes back, with its probes and its status page. */
@NullMarked
package dev.evenkeel.examples.health;

import org.jspecify.annotations.NullMarked;
