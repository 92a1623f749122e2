/**
 * Retries and hedges: attempts after a failure and beside a slow one, backoff with jitter, and a
 * budget that keeps both from becoming a storm. Start at {@link dev.evenkeel.retry.Retry} and
 * {@link dev.evenkeel.retry.Hedge}.
 */
@NullMarked
package dev.evenkeel.retry;

import org.jspecify.annotations.NullMarked;
