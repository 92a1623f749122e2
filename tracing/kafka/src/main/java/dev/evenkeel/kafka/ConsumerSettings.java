package dev.evenkeel.kafka;

import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** What a consumer was built with. */
record ConsumerSettings<K, V>(
    Consumer<K, V> consumer,
    List<String> topics,
    BatchHandler<K, V> handler,
    int batch,
    Pipeline pipeline,
    List<Pipeline> watched,
    int recordsPerPoll,
    ExpiredAction onExpired,
    FailureAction onFailure,
    @Nullable DeadLetters<K, V> deadLetters,
    int maxFailures,
    long suspicionNanos,
    long handOverNanos,
    long oldAfterMillis,
    Criticality criticalityOfOld,
    RecordHeaders headers,
    RecordSpans spans,
    Kernel kernel) {}
