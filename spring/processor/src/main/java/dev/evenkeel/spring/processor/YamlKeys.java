package dev.evenkeel.spring.processor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The keys of a YAML file, each with those around it, for {@link PipelineKey}. It reads block
 * mappings, which is what settings are written as, passes over values, and says where names may
 * stand in another form.
 */
final class YamlKeys {

  private static final int NONE = -1;

  private record Level(int indent, String path) {}

  private final List<String> paths = new ArrayList<>();
  private final Deque<Level> open = new ArrayDeque<>();
  private int unreadableLine;
  private int line;
  private int valueOfIndent = NONE; // what is deeper belongs to a value
  private char openQuote; // 0 if there is none

  private YamlKeys() {}

  static YamlKeys of(String text) {
    YamlKeys keys = new YamlKeys();
    text.lines().forEach(keys::read);
    return keys;
  }

  /** The keys, such as {@code evenkeel.pipelines.inventory.timeout.duration}. */
  List<String> paths() {
    return paths;
  }

  /** The first line where there may be names that are not read; 0 if there is none. */
  int unreadableLine() {
    return unreadableLine;
  }

  private void read(String whole) {
    line++;
    String text = whole.strip();
    int indent = whole.length() - whole.stripLeading().length();
    if (openQuote != 0) {
      openQuote = end(text, 0, openQuote) < 0 ? openQuote : 0;
    } else if (!text.isEmpty() && !isInValue(indent)) {
      if (indent == 0 && (text.startsWith("---") || text.startsWith("..."))) {
        open.clear();
      } else if (text.equals("-") || text.startsWith("- ")) {
        valueOfIndent = indent;
      } else if (!text.startsWith("#")) {
        readKey(text, indent);
      }
    }
  }

  private boolean isInValue(int indent) {
    if (valueOfIndent != NONE && indent <= valueOfIndent) {
      valueOfIndent = NONE;
    }
    return valueOfIndent != NONE;
  }

  private void readKey(String text, int indent) {
    while (!open.isEmpty() && open.getFirst().indent() >= indent) {
      open.removeFirst();
    }
    String parent = open.isEmpty() ? "" : open.getFirst().path();
    if (text.startsWith("{") || text.startsWith("? ")) {
      doubt(parent);
      return;
    }
    int colon = colonOf(text);
    if (colon < 0) {
      return; // a value that goes on
    }
    String key = unquoted(text.substring(0, colon).strip());
    if (key.equals("<<")) {
      doubt(parent);
      return;
    }
    String path = parent.isEmpty() || key.startsWith("[") ? parent + key : parent + "." + key;
    paths.add(path);
    open.addFirst(new Level(indent, path));
    readValue(text.substring(colon + 1).strip(), indent, path);
  }

  private void readValue(String written, int indent, String path) {
    String value = written;
    while (value.startsWith("&") || value.startsWith("!")) { // an anchor, a tag
      int end = value.indexOf(' ');
      value = end < 0 ? "" : value.substring(end).strip();
    }
    if (value.isEmpty() || value.startsWith("#")) {
      return;
    }
    char first = value.charAt(0);
    if (first == '"' || first == '\'') {
      openQuote = end(value, 1, first) < 0 ? first : 0;
    } else {
      if ((first == '{' && !value.startsWith("{}")) || first == '*') {
        doubt(path);
      }
      valueOfIndent = indent; // braces, text of several lines
    }
  }

  private void doubt(String path) {
    if (unreadableLine == 0 && PipelineKey.isAboveNames(path)) {
      unreadableLine = line;
    }
  }

  /** Where the colon after a key is; negative if there is none. */
  private static int colonOf(String text) {
    char first = text.charAt(0);
    int from = 0;
    if (first == '"' || first == '\'') {
      from = end(text, 1, first) + 1;
      if (from == 0) {
        return -1;
      }
    }
    for (int at = text.indexOf(':', from); at >= 0; at = text.indexOf(':', at + 1)) {
      if (at + 1 == text.length() || Character.isWhitespace(text.charAt(at + 1))) {
        return at;
      }
    }
    return -1;
  }

  /** Where a quoted text ends; negative if not here. */
  private static int end(String text, int from, char quote) {
    for (int at = from; at < text.length(); at++) {
      char found = text.charAt(at);
      boolean isDoubled = quote == '\'' && at + 1 < text.length() && text.charAt(at + 1) == quote;
      boolean isEscaping = found == '\\' && quote == '"';
      if (isEscaping || (found == quote && isDoubled)) {
        at++;
      } else if (found == quote) {
        return at;
      }
    }
    return -1;
  }

  private static String unquoted(String key) {
    boolean isQuoted = key.length() > 1 && (key.charAt(0) == '"' || key.charAt(0) == '\'');
    return isQuoted ? key.substring(1, key.length() - 1) : key;
  }
}
