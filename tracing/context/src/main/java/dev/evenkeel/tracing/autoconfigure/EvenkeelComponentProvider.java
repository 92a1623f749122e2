package dev.evenkeel.tracing.autoconfigure;

import dev.evenkeel.tracing.EvenkeelPropagator;
import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;

/**
 * Makes {@code propagator: composite: - evenkeel:} work in a configuration file of OpenTelemetry,
 * which does not look at {@link EvenkeelPropagatorProvider}. Found by the service loader.
 */
public final class EvenkeelComponentProvider implements ComponentProvider {

  /** For the service loader. */
  public EvenkeelComponentProvider() {}

  @Override
  public Class<?> getType() {
    return TextMapPropagator.class;
  }

  @Override
  public String getName() {
    return EvenkeelPropagator.NAME;
  }

  @Override
  public Object create(DeclarativeConfigProperties config) {
    return EvenkeelPropagator.standard();
  }
}
