/**
 * Whole fleets in virtual time, running the policy code that ships: what happens when the
 * dependency comes back? {@link dev.evenkeel.simulator.Main} is the program,
 * {@link dev.evenkeel.simulator.Rehearsal} the way in from a test.
 */
@NullMarked
package dev.evenkeel.simulator;

import org.jspecify.annotations.NullMarked;
