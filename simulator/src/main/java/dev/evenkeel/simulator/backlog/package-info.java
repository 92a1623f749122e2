/** Scenario S14: a service that comes back with a backlog, and the one behind it. */
@NullMarked
package dev.evenkeel.simulator.backlog;

import org.jspecify.annotations.NullMarked;
