/**
 * Eight processes guard one service, which dies and comes back cold. Over a store they share they
 * come back as one. {@link dev.evenkeel.examples.fleet.ComeBackAsOne} is where to start.
 */
@NullMarked
package dev.evenkeel.examples.fleet;

import org.jspecify.annotations.NullMarked;
