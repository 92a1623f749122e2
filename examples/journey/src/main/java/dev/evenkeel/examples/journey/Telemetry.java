package dev.evenkeel.examples.journey;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.function.Consumer;

/** An OpenTelemetry SDK that hands each span that has ended to the journey's log. */
final class Telemetry {

  private static final AttributeKey<Long> TIME_LEFT = AttributeKey.longKey("evenkeel.time_left_ms");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private Telemetry() {}

  static OpenTelemetrySdk sdk(String service, Consumer<Hop> log) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder()
            .addSpanProcessor(new HopProcessor(service, log))
            .build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  private record HopProcessor(String service, Consumer<Hop> log) implements SpanProcessor {

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      CallContext call = CallContexts.effective(parent);
      Deadline deadline = call.deadline();
      span.setAttribute(TIME_LEFT, deadline == null ? -1 : deadline.remaining().toMillis());
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan ended) {
      SpanData span = ended.toSpanData();
      Long left = span.getAttributes().get(TIME_LEFT);
      log.accept(new Hop(
          service,
          span.getKind().name(),
          span.getName(),
          span.getTraceId(),
          span.getSpanId(),
          span.getParentSpanId(),
          span.getStartEpochNanos() / 1_000,
          span.getEndEpochNanos() / 1_000,
          left == null ? -1 : left,
          outcome(span.getAttributes())));
    }

    private static String outcome(Attributes attributes) {
      Long status = attributes.get(STATUS);
      String error = attributes.get(ERROR);
      if (status != null) {
        return status.toString();
      }
      if (error != null) {
        return error;
      }
      return attributes.get(METHOD) == null ? Hop.WELL : "cancelled";
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
