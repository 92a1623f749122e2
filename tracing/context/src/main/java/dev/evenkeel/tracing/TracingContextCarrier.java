package dev.evenkeel.tracing;

import dev.evenkeel.core.ContextCarrier;
import io.opentelemetry.context.Context;

/**
 * Lets OpenTelemetry's context, the MDC and whatever is registered with Micrometer's context
 * propagation follow a call to later attempts, hedges, fallbacks, listeners and what depends on its
 * future. Found by the service loader: {@code evenkeel-tracing} on the class path is all it needs.
 */
public final class TracingContextCarrier implements ContextCarrier {

  /** For the service loader. */
  public TracingContextCarrier() {}

  @Override
  public Snapshot capture() {
    return Surroundings.capture(Context.current())::open;
  }
}
