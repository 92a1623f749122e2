package dev.evenkeel.http;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.tracing.AllowedHosts;
import dev.evenkeel.tracing.CallContexts;
import dev.evenkeel.tracing.EvenkeelPropagator;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Puts onto a request what travels with the call, if the host may have it. */
final class OutboundHeaders {

  private static final TextMapSetter<HttpRequest.Builder> SETTER = (builder, name, value) -> {
    if (builder != null) {
      builder.setHeader(name, value);
    }
  };

  private final AllowedHosts hosts;
  private final TextMapPropagator propagator;
  private final Set<String> fields = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  OutboundHeaders(OpenTelemetry telemetry, AllowedHosts hosts) {
    this.hosts = hosts;
    TextMapPropagator given = telemetry.getPropagators().getTextMapPropagator();
    EvenkeelPropagator own = EvenkeelPropagator.standard();
    // Beside OpenTelemetry's agent it is the agent's that is given, which knows no call of ours.
    boolean isOurs = given.fields().containsAll(own.fields()) && SpanMode.AUTO.makesSpans();
    propagator = isOurs ? given : TextMapPropagator.composite(given, own);
    fields.addAll(propagator.fields());
    fields.add("traceparent");
    fields.add("tracestate");
    fields.add("baggage");
    fields.add(RepeatableBodies.IDEMPOTENCY_KEY);
  }

  /** Whether a header must not go on to where a redirect leads. */
  boolean isDropped(String name, URI target) {
    return fields.contains(name) && !hosts.allows(target.getHost());
  }

  /**
   * The request of one attempt.
   *
   * @param context with the attempt's span
   */
  HttpRequest prepare(HttpRequest request, Context context) {
    boolean allowed = hosts.allows(request.uri().getHost());
    if (!allowed && request.timeout().isEmpty()) {
      return request;
    }
    HttpRequest.Builder builder = withoutTimeout(request);
    if (allowed) {
      propagator.inject(context, builder, SETTER);
      addKey(request, builder, CallContexts.effective(context));
    }
    return builder.build();
  }

  private static void addKey(HttpRequest request, HttpRequest.Builder builder, CallContext call) {
    String key = call.idempotencyKey();
    if (key != null
        && request.headers().firstValue(RepeatableBodies.IDEMPOTENCY_KEY).isEmpty()) {
      builder.setHeader(RepeatableBodies.IDEMPOTENCY_KEY, key);
    }
  }

  /**
   * The JDK's own timeout has become a part of the deadline. Its builder cannot take a timeout
   * away, so a request that has one is built anew.
   */
  private static HttpRequest.Builder withoutTimeout(HttpRequest request) {
    if (request.timeout().isEmpty()) {
      return HttpRequest.newBuilder(request, (name, value) -> true);
    }
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri()).expectContinue(request.expectContinue());
    request.version().ifPresent(builder::version);
    request.headers().map().forEach((name, values) -> {
      for (@Nullable String value : values) {
        if (value != null) {
          builder.header(name, value);
        }
      }
    });
    return request
        .bodyPublisher()
        .map(body -> builder.method(request.method(), body))
        .orElseGet(() -> switch (request.method()) {
          case "GET" -> builder.GET();
          case "DELETE" -> builder.DELETE();
          default -> builder.method(request.method(), BodyPublishers.noBody());
        });
  }
}
