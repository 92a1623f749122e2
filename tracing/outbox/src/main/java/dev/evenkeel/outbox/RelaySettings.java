package dev.evenkeel.outbox;

import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.MessagePropagator;
import io.opentelemetry.api.OpenTelemetry;
import javax.sql.DataSource;

/** What a relay was built with. */
record RelaySettings(
    DataSource source,
    OutboxPublisher publisher,
    Pipeline pipeline,
    Pace pace,
    int batch,
    long pollNanos,
    int maxFailures,
    boolean setAside,
    long oldAfterMillis,
    Criticality criticalityOfOld,
    OpenTelemetry telemetry,
    MessagePropagator propagator,
    Kernel kernel) {}
