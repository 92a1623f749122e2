package dev.evenkeel.settings;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * The format of {@link Properties}, with the line of each key. What a logical line means is up to
 * {@link Properties}; here it is only found out where one begins and ends.
 */
final class PropertiesText {

  private PropertiesText() {}

  /** The properties, in their order, also those that are there twice. */
  static List<Property> read(String text, String file, Problems problems) {
    List<Property> properties = new ArrayList<>();
    int line = 1;
    int at = 0;
    while (at < text.length()) {
      int first = line;
      int end = endOfLine(text, at);
      boolean goesOn = goesOn(text, at, end) && !isComment(text, at);
      line++;
      while (goesOn && end < text.length()) {
        int next = endOfLine(text, end);
        goesOn = goesOn(text, end, next);
        end = next;
        line++;
      }
      take(text.substring(at, end), file + ":" + first, properties, problems);
      at = end;
    }
    return properties;
  }

  /** Behind the line that begins there, and behind what ends it. */
  private static int endOfLine(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
    if (text.startsWith("\r\n", at)) {
      return at + 2;
    }
    return Math.min(at + 1, text.length());
  }

  /** Whether a line ends with a backslash that no other one precedes. */
  private static boolean goesOn(String text, int from, int end) {
    int last = end - 1;
    while (last >= from && (text.charAt(last) == '\n' || text.charAt(last) == '\r')) {
      last--;
    }
    int at = last;
    while (at >= from && text.charAt(at) == '\\') {
      at--;
    }
    return (last - at) % 2 == 1;
  }

  private static boolean isComment(String text, int from) {
    int at = from;
    while (at < text.length() && " \t\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length() && (text.charAt(at) == '#' || text.charAt(at) == '!');
  }

  private static void take(
      String line, String origin, List<Property> properties, Problems problems) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(line));
    } catch (IllegalArgumentException malformed) {
      problems.add("", origin, "a malformed \\u escape", "\\u and four hexadecimal digits");
      return;
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible); // there is no file
    }
    one.forEach((key, value) -> properties.add(new Property((String) key, (String) value, origin)));
  }

  /** Adds a line. */
  static void add(StringBuilder text, String key, String value) {
    escape(text, key);
    text.append('=');
    escape(text, value);
    text.append('\n');
  }

  private static void escape(StringBuilder text, String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c < ' ' || c > '~') {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        if (" \\:=#!".indexOf(c) >= 0) {
          text.append('\\');
        }
        text.append(c);
      }
    }
  }
}
