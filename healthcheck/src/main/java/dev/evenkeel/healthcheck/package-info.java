/**
 * Health that helps: checks that cannot hang the probe, groups that ask the right question, and a
 * dependency's outage that does not take the fleet with it.
 *
 * <p>{@link dev.evenkeel.healthcheck.Health} is where to start.
 */
@NullMarked
package dev.evenkeel.healthcheck;

import org.jspecify.annotations.NullMarked;
