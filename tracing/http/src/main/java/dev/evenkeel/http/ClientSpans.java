package dev.evenkeel.http;

import dev.evenkeel.tracing.SpanMode;
import dev.evenkeel.tracing.UrlRedaction;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One CLIENT span for each attempt, by OpenTelemetry's stable HTTP conventions. */
final class ClientSpans {

  static final String SCOPE = "dev.evenkeel.http";
  static final String SCHEMA = "https://opentelemetry.io/schemas/1.40.0";

  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> METHOD_ORIGINAL =
      AttributeKey.stringKey("http.request.method_original");
  static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");
  static final AttributeKey<String> TEMPLATE = AttributeKey.stringKey("url.template");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<Long> RESEND = AttributeKey.longKey("http.request.resend_count");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.version");

  static final Set<String> KNOWN_METHODS = Set.of(
      "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");

  private final Tracer tracer;
  private final boolean enabled;
  private final Function<HttpRequest, @Nullable String> template;

  ClientSpans(
      OpenTelemetry telemetry, SpanMode mode, Function<HttpRequest, @Nullable String> template) {
    tracer = telemetry
        .tracerBuilder(SCOPE)
        .setInstrumentationVersion(version())
        .setSchemaUrl(SCHEMA)
        .build();
    enabled = mode.makesSpans();
    this.template = template;
  }

  private static String version() {
    String version = ClientSpans.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The span of an attempt; one that does nothing if another instrumentation makes it. */
  Span start(Context parent, HttpRequest request, int resends) {
    if (!enabled) {
      return Span.getInvalid();
    }
    String method = request.method();
    boolean known = KNOWN_METHODS.contains(method);
    String route = template.apply(request);
    String name = known ? method : "HTTP";
    SpanBuilder span = tracer
        .spanBuilder(route == null ? name : name + " " + route)
        .setSpanKind(SpanKind.CLIENT)
        .setParent(parent)
        .setAttribute(METHOD, known ? method : "_OTHER");
    if (!known) {
      span.setAttribute(METHOD_ORIGINAL, method);
    }
    if (route != null) {
      span.setAttribute(TEMPLATE, route);
    }
    URI uri = request.uri();
    span.setAttribute(URL, UrlRedaction.url(uri));
    if (uri.getHost() != null) {
      span.setAttribute(ADDRESS, uri.getHost());
      span.setAttribute(PORT, (long) port(uri));
    }
    if (resends > 0) {
      span.setAttribute(RESEND, (long) resends);
    }
    return span.startSpan();
  }

  static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  static void answered(Span span, HttpResponse<?> response) {
    int status = response.statusCode();
    span.setAttribute(STATUS, (long) status);
    span.setAttribute(PROTOCOL, response.version() == Version.HTTP_2 ? "2" : "1.1");
    if (status >= 400) {
      span.setAttribute(ERROR, Integer.toString(status)).setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  static void failed(Span span, Throwable failure) {
    span.setAttribute(ERROR, failure.getClass().getName()).setStatus(StatusCode.ERROR);
    span.end();
  }

  static void timedOut(Span span) {
    span.setAttribute(ERROR, "timeout").setStatus(StatusCode.ERROR);
    span.end();
  }
}
