/** A container for the MicroProfile Health TCK: Weld SE, our health, our endpoint. */
@NullMarked
package dev.evenkeel.healthcheck.tck;

import org.jspecify.annotations.NullMarked;
