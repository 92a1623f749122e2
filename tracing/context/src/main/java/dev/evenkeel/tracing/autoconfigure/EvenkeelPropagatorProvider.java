package dev.evenkeel.tracing.autoconfigure;

import dev.evenkeel.tracing.EvenkeelPropagator;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurablePropagatorProvider;

/**
 * Makes {@code OTEL_PROPAGATORS=tracecontext,baggage,evenkeel} work. Found by the service loader.
 */
public final class EvenkeelPropagatorProvider implements ConfigurablePropagatorProvider {

  /** For the service loader. */
  public EvenkeelPropagatorProvider() {}

  @Override
  public TextMapPropagator getPropagator(ConfigProperties config) {
    return EvenkeelPropagator.standard();
  }

  @Override
  public String getName() {
    return EvenkeelPropagator.NAME;
  }
}
