package dev.evenkeel.kafka;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.tracing.MessagePropagator;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What travels with a record, in its headers: trace, deadline, criticality, attempt, key. */
final class RecordHeaders {

  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** More than any header of ours has; what comes from outside is not made into a string. */
  private static final int MOST_BYTES = 8_192;

  private static final TextMapSetter<Headers> SETTER = (headers, name, value) -> {
    if (headers != null) {
      put(headers, name, value);
    }
  };

  private static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
    @Override
    @SuppressWarnings("deprecation") // must be implemented all the same
    public Iterable<String> keys(Headers headers) {
      List<String> names = new ArrayList<>();
      headers.forEach(header -> names.add(header.key()));
      return names;
    }

    @Override
    public @Nullable String get(@Nullable Headers headers, String name) {
      return headers == null ? null : text(headers, name);
    }
  };

  private final MessagePropagator own;
  private final TextMapPropagator given;
  private final TextMapPropagator all;
  private final boolean readsTrace;

  RecordHeaders(OpenTelemetry telemetry, MessagePropagator own, SpanMode mode) {
    this.own = own;
    given = telemetry.getPropagators().getTextMapPropagator();
    all = TextMapPropagator.composite(given, own);
    readsTrace = mode.makesSpans();
  }

  /**
   * Writes the headers of one attempt to send.
   *
   * @param headers of the attempt's own record
   * @param deadline the caller's: the record is of use for longer than the attempt may take
   */
  void write(Headers headers, Context context, @Nullable Deadline deadline, @Nullable String key) {
    own.fields().forEach(headers::remove); // of a record that is passed on
    all.inject(context, headers, SETTER);
    MessagePropagator.deadlineFields().forEach(headers::remove); // the attempt's
    if (deadline != null) {
      own.injectDeadline(deadline, headers, SETTER);
    }
    if (key != null) {
      put(headers, IDEMPOTENCY_KEY, key);
    }
  }

  /** What a record brings. Beside the agent, which has read the trace, only our own headers. */
  Context read(Headers headers) {
    Context outer = Context.current();
    return own.extract(readsTrace ? given.extract(outer, headers, GETTER) : outer, headers, GETTER);
  }

  long epochMillis() {
    return own.epochMillis();
  }

  static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The key that is written already, quoted or bare; null if there is none. */
  static @Nullable String idempotencyKey(Headers headers) {
    String key = text(headers, IDEMPOTENCY_KEY);
    if (key == null) {
      return null;
    }
    boolean quoted = key.length() > 1 && key.startsWith("\"") && key.endsWith("\"");
    String bare = quoted ? key.substring(1, key.length() - 1) : key;
    return bare.isEmpty() ? null : bare;
  }

  /** The last of that name, as Kafka has it; null if there is none, or it is no text of ours. */
  static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    byte[] value = header == null ? null : header.value();
    return value == null || value.length > MOST_BYTES
        ? null
        : new String(value, StandardCharsets.UTF_8);
  }
}
