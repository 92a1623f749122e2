/**
 * What the clients of every message broker share: how much to ask for while what a handler needs is
 * away or on its way back, and the names of OpenTelemetry's conventions for messaging. For
 * {@code evenkeel-rabbitmq}, {@code evenkeel-kafka}, and clients of your own; most people meet none
 * of it.
 */
@NullMarked
package dev.evenkeel.tracing.messaging;

import org.jspecify.annotations.NullMarked;
