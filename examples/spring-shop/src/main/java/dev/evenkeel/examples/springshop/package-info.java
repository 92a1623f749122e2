/** A Spring Boot application whose dependency dies and comes back. */
@NullMarked
package dev.evenkeel.examples.springshop;

import org.jspecify.annotations.NullMarked;
