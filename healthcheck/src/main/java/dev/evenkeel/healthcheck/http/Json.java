package dev.evenkeel.healthcheck.http;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON, member by member. Members that are null are left out. Not thread-safe. */
final class Json {

  private final StringBuilder text = new StringBuilder(1_024);
  private boolean first = true;

  Json open(char bracket) {
    separate();
    text.append(bracket);
    first = true;
    return this;
  }

  Json close(char bracket) {
    text.append(bracket);
    first = false;
    return this;
  }

  Json name(String name) {
    separate();
    string(name);
    text.append(':');
    first = true;
    return this;
  }

  Json member(String name, @Nullable Object value) {
    if (value != null) {
      name(name).value(value);
    }
    return this;
  }

  /** A time in seconds, to the millisecond. */
  Json seconds(String name, @Nullable Duration time) {
    return member(name, time == null ? null : Double.valueOf(time.toMillis() / 1e3));
  }

  Json members(Map<String, Object> values) {
    values.forEach(this::member);
    return this;
  }

  Json value(Object value) {
    separate();
    first = false;
    boolean floating = value instanceof Double || value instanceof Float;
    if (floating && !Double.isFinite(((Number) value).doubleValue())) {
      string(value.toString()); // JSON has no such numbers
    } else if (value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      string(value.toString());
    }
    return this;
  }

  private void separate() {
    if (!first) {
      text.append(',');
    }
    first = false;
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        default -> {
          // A lone surrogate has no UTF-8; < could end a script the answer is put into.
          if (c < ' ' || c == '<' || (c >= 0x7f && c < 0xa0) || Character.isSurrogate(c)) {
            text.append("\\u").append(hex(c >> 12)).append(hex(c >> 8)).append(hex(c >> 4));
            text.append(hex(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  private static char hex(int bits) {
    return Character.forDigit(bits & 0xf, 16);
  }

  @Override
  public String toString() {
    return text.append('\n').toString();
  }
}
