package dev.evenkeel.outbox;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Headers in a column: {@code name=value}, percent-encoded, a line for each. */
final class Headers {

  private static final Logger LOG = LoggerFactory.getLogger(Headers.class);

  static final int MAX_LENGTH = 8_000;

  static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
    @Override
    @SuppressWarnings("deprecation") // some propagators ask for it all the same
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
      return carrier == null ? null : carrier.get(key);
    }
  };

  private Headers() {}

  static String encode(Map<String, String> headers) {
    StringBuilder text = new StringBuilder();
    headers.forEach((name, value) -> text.append(text.length() == 0 ? "" : "\n")
        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
        .append('=')
        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return text.toString();
  }

  /** Lines that are none, which somebody else has written, are left out. */
  static Map<String, String> decode(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        put(headers, line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return headers;
  }

  private static void put(Map<String, String> headers, String name, String value) {
    try {
      headers.put(
          URLDecoder.decode(name, StandardCharsets.UTF_8),
          URLDecoder.decode(value, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notEncoded) {
      LOG.debug("a header of a message is left out: {}", name);
    }
  }
}
