/**
 * Retries: attempts, backoff with jitter, and a budget that keeps them from becoming a storm. Start
 * at {@link dev.evenkeel.retry.Retry}.
 */
@NullMarked
package dev.evenkeel.retry;

import org.jspecify.annotations.NullMarked;
