/** The journey: one request through three processes, with its trace and its deadline. */
@NullMarked
package dev.evenkeel.examples.journey;

import org.jspecify.annotations.NullMarked;
