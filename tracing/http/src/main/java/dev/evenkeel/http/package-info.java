/**
 * Deadlines, cancellation, retries and traces for the JDK's HTTP client and server:
 * {@link dev.evenkeel.http.EvenkeelHttpClient} around a client,
 * {@link dev.evenkeel.http.EvenkeelFilter} before a handler.
 */
@NullMarked
package dev.evenkeel.http;

import org.jspecify.annotations.NullMarked;
