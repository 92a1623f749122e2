/**
 * Generated worlds: what they are ({@link dev.evenkeel.simulator.world.World}), how they are drawn
 * ({@link dev.evenkeel.simulator.world.Generator}), and how a run in one is judged. Knows nothing
 * of the simulation itself. Public for the simulator's own packages only; {@code docs/worlds.md}
 * says what is meant.
 */
@NullMarked
package dev.evenkeel.simulator.world;

import org.jspecify.annotations.NullMarked;
