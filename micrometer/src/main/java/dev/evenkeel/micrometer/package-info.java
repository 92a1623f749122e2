/**
 * Metrics of pipelines in a Micrometer registry.
 *
 * <p>{@link dev.evenkeel.micrometer.EvenkeelMetrics} is where to start.
 */
@NullMarked
package dev.evenkeel.micrometer;

import org.jspecify.annotations.NullMarked;
