/**
 * Pipelines for Reactor: {@link dev.evenkeel.reactor.ReactivePipeline} makes calls of a pipeline
 * whose attempts are subscriptions to a {@code Mono} or a {@code Flux}.
 */
@NullMarked
package dev.evenkeel.reactor;

import org.jspecify.annotations.NullMarked;
