/**
 * Fleets that restart together against a dependency that is in use (S11): what the gate for
 * start-up calls saves, in virtual time, with the classes that ship.
 */
@NullMarked
package dev.evenkeel.simulator.restart;

import org.jspecify.annotations.NullMarked;
