package dev.evenkeel.tracing.server;

import dev.evenkeel.tracing.UrlRedaction;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One SERVER span for each call, by OpenTelemetry's stable HTTP conventions. */
final class ServerSpans {

  static final String SCOPE = "dev.evenkeel.tracing.server";
  static final String SCHEMA = "https://opentelemetry.io/schemas/1.40.0";

  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> METHOD_ORIGINAL =
      AttributeKey.stringKey("http.request.method_original");
  static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
  static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private static final Set<String> KNOWN_METHODS = Set.of(
      "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");

  private final Tracer tracer;

  ServerSpans(ServerPolicy policy) {
    String version = ServerSpans.class.getPackage().getImplementationVersion();
    tracer = policy
        .telemetry()
        .tracerBuilder(SCOPE)
        .setInstrumentationVersion(version == null ? "development" : version)
        .setSchemaUrl(SCHEMA)
        .build();
  }

  Span start(Context parent, ServerRequest request) {
    boolean known = KNOWN_METHODS.contains(request.method());
    String name = known ? request.method() : "HTTP";
    String route = request.route();
    SpanBuilder span = tracer
        .spanBuilder(route == null ? name : name + " " + route)
        .setSpanKind(SpanKind.SERVER)
        .setParent(parent)
        .setAttribute(METHOD, known ? request.method() : "_OTHER")
        .setAttribute(SCHEME, request.scheme())
        .setAttribute(PATH, request.path());
    if (!known) {
      span.setAttribute(METHOD_ORIGINAL, request.method());
    }
    String query = UrlRedaction.query(request.query());
    if (query != null) {
      span.setAttribute(QUERY, query);
    }
    if (route != null) {
      span.setAttribute(ROUTE, route);
    }
    return span.startSpan();
  }

  static void end(Span span, int status, @Nullable Throwable failure) {
    span.setAttribute(STATUS, (long) status);
    if (failure != null) {
      span.setAttribute(ERROR, failure.getClass().getName()).setStatus(StatusCode.ERROR);
    } else if (status >= 500) {
      span.setAttribute(ERROR, Integer.toString(status)).setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
