package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.Connection;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import java.util.List;
import java.util.Map;

/** What a consumer was built with. */
record ConsumerSettings(
    Connection connection,
    String queue,
    MessageHandler handler,
    Pipeline pipeline,
    List<Pipeline> watched,
    int prefetch,
    boolean singleActive,
    ExpiredAction onExpired,
    FailureAction onFailure,
    int maxFailures,
    long suspicionNanos,
    long maxHoldNanos,
    long oldAfterMillis,
    Criticality criticalityOfOld,
    Map<String, Object> arguments,
    MessageHeaders headers,
    MessageSpans spans,
    Kernel kernel) {}
