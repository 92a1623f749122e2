package dev.evenkeel.kafka;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import org.apache.kafka.clients.producer.Producer;

/** What a producer was built with. */
record ProducerSettings<K, V>(
    Producer<K, V> producer,
    Pipeline pipeline,
    RecordHeaders headers,
    RecordSpans spans,
    long sendTimeoutNanos,
    Kernel kernel) {}
