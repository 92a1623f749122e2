/**
 * Fleets behind a load balancer that asks each node's health endpoint: what the guards of
 * {@code evenkeel-healthcheck} save, in virtual time, with the classes that ship.
 */
@NullMarked
package dev.evenkeel.simulator.fleet;

import org.jspecify.annotations.NullMarked;
