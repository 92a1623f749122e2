/**
 * Kafka. {@link dev.evenkeel.kafka.EvenkeelProducer} sends through a pipeline and knows what became
 * of a record; {@link dev.evenkeel.kafka.EvenkeelConsumer} handles records through one, and pauses
 * while what the handler needs is away.
 */
@NullMarked
package dev.evenkeel.kafka;

import org.jspecify.annotations.NullMarked;
