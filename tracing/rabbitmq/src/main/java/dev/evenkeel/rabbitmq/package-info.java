/**
 * RabbitMQ. {@link dev.evenkeel.rabbitmq.EvenkeelPublisher} publishes through a pipeline and knows
 * what became of a message; {@link dev.evenkeel.rabbitmq.EvenkeelConsumer} handles messages through
 * one, and pauses while what the handler needs is away.
 */
@NullMarked
package dev.evenkeel.rabbitmq;

import org.jspecify.annotations.NullMarked;
