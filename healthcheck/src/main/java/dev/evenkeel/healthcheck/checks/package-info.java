/** Checks that are ready to use. Anything else is one lambda. */
@NullMarked
package dev.evenkeel.healthcheck.checks;

import org.jspecify.annotations.NullMarked;
