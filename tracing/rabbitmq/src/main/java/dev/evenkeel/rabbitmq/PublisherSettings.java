package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.Connection;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;

/** What a publisher was built with. */
record PublisherSettings(
    Connection connection,
    Pipeline pipeline,
    MessageHeaders headers,
    MessageSpans spans,
    boolean mandatory,
    long confirmTimeoutNanos,
    Kernel kernel) {}
