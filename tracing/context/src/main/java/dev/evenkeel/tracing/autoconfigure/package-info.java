/** Registers the propagator with OpenTelemetry's SDK and agent, under the name {@code evenkeel}. */
@NullMarked
package dev.evenkeel.tracing.autoconfigure;

import org.jspecify.annotations.NullMarked;
