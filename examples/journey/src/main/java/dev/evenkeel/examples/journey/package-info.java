/**
 * The journey: a request through three processes and an order through a queue into a database, with
 * trace and deadline.
 */
@NullMarked
package dev.evenkeel.examples.journey;

import org.jspecify.annotations.NullMarked;
