package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.internal.ComponentProvider;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class AutoconfigureTest {

  @Test
  void oneVariable_bringsThePropagator() {
    TextMapPropagator propagator = AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> Map.of(
            "otel.propagators", "tracecontext,baggage,evenkeel",
            "otel.traces.exporter", "none",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none"))
        .build()
        .getOpenTelemetrySdk()
        .getPropagators()
        .getTextMapPropagator();

    assertThat(propagator.fields())
        .contains("traceparent", "baggage", "evenkeel-timeout-ms", "evenkeel-criticality");
  }

  @Test
  void declarativeConfiguration_findsIt() {
    ComponentProvider provider = ServiceLoader.load(ComponentProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(one -> one.getType() == TextMapPropagator.class && one.getName().equals("evenkeel"))
        .findFirst()
        .orElseThrow();

    assertThat(provider.create(DeclarativeConfigProperties.empty()))
        .isSameAs(EvenkeelPropagator.standard());
  }
}
