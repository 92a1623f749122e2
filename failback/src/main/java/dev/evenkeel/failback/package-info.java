/**
 * The way back: cool-down, probes with leases, and a ramp with feedback, so that the recovery of a
 * dependency does not take it down again. {@link dev.evenkeel.failback.Failback} has the settings,
 * {@link dev.evenkeel.failback.RampController} the algorithm.
 */
@NullMarked
package dev.evenkeel.failback;

import org.jspecify.annotations.NullMarked;
