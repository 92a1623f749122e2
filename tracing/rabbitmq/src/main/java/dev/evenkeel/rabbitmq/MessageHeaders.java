package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.tracing.MessagePropagator;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What travels with a message, in its headers: trace, deadline, criticality, attempt, key. */
final class MessageHeaders {

  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  static final String DELIVERY_COUNT = "x-delivery-count";

  static final long NOT_KNOWN = -1;

  /** More than any header of ours has; what comes from outside is not made into a string. */
  private static final int MOST_BYTES = 8_192;

  private static final TextMapSetter<Map<String, Object>> SETTER = (headers, name, value) -> {
    if (headers != null) {
      headers.put(name, value);
    }
  };

  static final TextMapGetter<Map<String, Object>> GETTER = new TextMapGetter<>() {
    @Override
    @SuppressWarnings("deprecation") // must be implemented all the same
    public Iterable<String> keys(Map<String, Object> headers) {
      return headers.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, Object> headers, String name) {
      return headers == null ? null : text(headers.get(name));
    }
  };

  private final MessagePropagator own;
  private final TextMapPropagator given;
  private final TextMapPropagator all;
  private final boolean readsTrace;
  private final boolean brokerTtl;

  MessageHeaders(OpenTelemetry telemetry, MessagePropagator own, SpanMode mode, boolean brokerTtl) {
    this.own = own;
    given = telemetry.getPropagators().getTextMapPropagator();
    all = TextMapPropagator.composite(given, own);
    readsTrace = mode.makesSpans();
    this.brokerTtl = brokerTtl;
  }

  /**
   * The properties of one attempt to publish.
   *
   * @param deadline the caller's: the message is of use for longer than the attempt may take
   */
  BasicProperties write(
      BasicProperties properties,
      Context context,
      @Nullable Deadline deadline,
      @Nullable String key) {
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      headers.putAll(properties.getHeaders());
    }
    own.fields().forEach(headers::remove); // of a message that is passed on
    all.inject(context, headers, SETTER);
    MessagePropagator.deadlineFields().forEach(headers::remove); // the attempt's
    if (deadline != null) {
      own.injectDeadline(deadline, headers, SETTER);
    }
    if (key != null) {
      headers.put(IDEMPOTENCY_KEY, key);
    }
    BasicProperties.Builder written = properties.builder().headers(headers);
    if (properties.getTimestamp() == null) {
      written.timestamp(date(own.epochMillis()));
    }
    if (brokerTtl && deadline != null && properties.getExpiration() == null) {
      written.expiration(Long.toString(Math.max(1, deadline.remaining().toMillis())));
    }
    return written.build();
  }

  /** What a message brings. Beside the agent, which has read the trace, only our own headers. */
  Context read(BasicProperties properties) {
    Map<String, Object> headers = headersOf(properties);
    Context outer = Context.current();
    return own.extract(readsTrace ? given.extract(outer, headers, GETTER) : outer, headers, GETTER);
  }

  long epochMillis() {
    return own.epochMillis();
  }

  /** The key that is written already, quoted or bare; null if there is none. */
  static @Nullable String idempotencyKey(BasicProperties properties) {
    String key = text(headersOf(properties).get(IDEMPOTENCY_KEY));
    if (key == null) {
      return null;
    }
    boolean quoted = key.length() > 1 && key.startsWith("\"") && key.endsWith("\"");
    String bare = quoted ? key.substring(1, key.length() - 1) : key;
    return bare.isEmpty() ? null : bare;
  }

  /** How often the broker has counted a delivery that failed; empty if it does not say. */
  static OptionalLong deliveryCount(BasicProperties properties) {
    Object count = headersOf(properties).get(DELIVERY_COUNT);
    return count instanceof Number number && number.longValue() >= 0
        ? OptionalLong.of(number.longValue())
        : OptionalLong.empty();
  }

  static Map<String, Object> headersOf(BasicProperties properties) {
    Map<String, Object> headers = properties.getHeaders();
    return headers == null ? Map.of() : headers;
  }

  @SuppressWarnings("JavaUtilDate") // the client's own type
  private static Date date(long epochMillis) {
    return new Date(epochMillis);
  }

  /** When it was sent, in whole seconds; {@link #NOT_KNOWN} if nobody says. */
  @SuppressWarnings("JavaUtilDate") // the client's own type
  static long sentMillis(BasicProperties properties) {
    Date sent = properties.getTimestamp();
    return sent == null ? NOT_KNOWN : sent.getTime();
  }

  /** Texts arrive as {@link LongString}; other publishers write numbers as numbers. */
  private static @Nullable String text(@Nullable Object value) {
    if (value instanceof LongString bytes) {
      return bytes.length() > MOST_BYTES
          ? null
          : new String(bytes.getBytes(), StandardCharsets.UTF_8);
    }
    if (value instanceof String
        || value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return value.toString();
    }
    return null;
  }
}
