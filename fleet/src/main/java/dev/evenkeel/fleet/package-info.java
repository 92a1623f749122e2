/**
 * Many processes that guard the same dependency come back as one: one probe budget while it is
 * away, one share of the traffic while it returns. {@link dev.evenkeel.fleet.Fleet} is what an
 * application makes; {@link dev.evenkeel.fleet.FleetStore} is where the processes meet.
 */
@NullMarked
package dev.evenkeel.fleet;

import org.jspecify.annotations.NullMarked;
