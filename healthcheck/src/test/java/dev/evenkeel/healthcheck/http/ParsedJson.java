package dev.evenkeel.healthcheck.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly, as RFC 8259 has it: what our own writer writes is not to be read by it. */
final class ParsedJson {

  private final String text;
  private int at;

  private ParsedJson(String text) {
    this.text = text;
  }

  /** An object's members in a map, an array's in a list; a key that comes twice is an error. */
  static Object parse(String text) {
    ParsedJson json = new ParsedJson(text);
    Object value = json.value();
    json.space();
    if (json.at != text.length()) {
      throw json.error("nothing more");
    }
    return value;
  }

  private Object value() {
    space();
    char c = peek();
    if (c == '{') {
      return object();
    } else if (c == '[') {
      return array();
    } else if (c == '"') {
      return string();
    }
    int begin = at;
    while (at < text.length() && ",]} \n\t\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(begin, at);
    if (word.equals("true") || word.equals("false")) {
      return Boolean.valueOf(word);
    }
    if (!word.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
      throw error("a value");
    }
    return Double.valueOf(word);
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    space();
    while (peek() != '}') {
      if (!members.isEmpty()) {
        expect(',');
      }
      space();
      String key = string();
      space();
      expect(':');
      if (members.put(key, value()) != null) {
        throw error("one member " + key);
      }
      space();
    }
    expect('}');
    return members;
  }

  private List<Object> array() {
    List<Object> elements = new ArrayList<>();
    expect('[');
    space();
    while (peek() != ']') {
      if (!elements.isEmpty()) {
        expect(',');
      }
      elements.add(value());
      space();
    }
    expect(']');
    return elements;
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw error("no control character");
      }
      string.append(c == '\\' ? escaped() : c);
    }
    at++;
    return string.toString();
  }

  private char escaped() {
    char c = text.charAt(at++);
    if (c == 'u') {
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }
    int which = "\"\\/bfnrt".indexOf(c);
    if (which < 0) {
      throw error("an escape");
    }
    return "\"\\/\b\f\n\r\t".charAt(which);
  }

  private void space() {
    while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw error("more");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw error(String.valueOf(c));
    }
    at++;
  }

  private IllegalArgumentException error(String expected) {
    return new IllegalArgumentException(
        "at " + at + " of " + text + " (expected: " + expected + ")");
  }
}
