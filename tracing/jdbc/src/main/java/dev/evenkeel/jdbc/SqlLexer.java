package dev.evenkeel.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a statement once, from left to right: texts and numbers become {@code ?}, comments and runs
 * of white space a space. What does not end (a text, a comment) is taken to go on to the end, so
 * that nothing of it is shown. Not thread-safe.
 */
final class SqlLexer {

  /** Longer ones are cut: nobody reads them, and they are made for each statement. */
  static final int MAX_LENGTH = 4_096;

  private final String sql;
  private final boolean mySql;
  private final StringBuilder out;
  private final List<String> names = new ArrayList<>();
  private int at;

  SqlLexer(String sql, boolean mySql) {
    this.sql = sql.length() <= MAX_LENGTH ? sql : sql.substring(0, MAX_LENGTH);
    this.mySql = mySql;
    out = new StringBuilder(this.sql.length());
    while (at < this.sql.length()) {
      step();
    }
  }

  /** The text without literals. */
  String redacted() {
    return out.toString().strip();
  }

  /** Its words, in order, and each opening parenthesis. */
  List<String> names() {
    return names;
  }

  private void step() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
      space();
    } else if (startsWith("--") || (mySql && c == '#')) {
      at = orEnd(sql.indexOf('\n', at));
      space();
    } else if (startsWith("/*")) {
      comment();
    } else if (c == '\'' || (c == '"' && mySql)) {
      literal(endOfText(at, c, mySql));
    } else if (c == '"' || c == '`') {
      quotedName(c);
    } else if (c == '$' && dollarTag() != null) {
      dollarText();
    } else if (isNumber(c)) {
      literal(endOfNumber());
    } else if (isNamePart(c)) {
      name();
    } else {
      if (c == '(') {
        names.add("(");
      }
      out.append(c);
      at++;
    }
  }

  private boolean startsWith(String prefix) {
    return sql.startsWith(prefix, at);
  }

  private int orEnd(int position) {
    return position < 0 ? sql.length() : position;
  }

  private void space() {
    if (out.length() > 0 && out.charAt(out.length() - 1) != ' ') {
      out.append(' ');
    }
  }

  private void literal(int end) {
    out.append('?');
    at = end;
  }

  /** Comments within comments, as the standard and PostgreSQL have them; MySQL has none. */
  private void comment() {
    int depth = 0;
    while (at < sql.length()) {
      if (startsWith("/*") && (depth == 0 || !mySql)) {
        depth++;
        at += 2;
      } else if (startsWith("*/")) {
        at += 2;
        if (--depth == 0) {
          break;
        }
      } else {
        at++;
      }
    }
    space();
  }

  private int endOfText(int from, char quote, boolean backslash) {
    int i = from + 1;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (backslash && c == '\\') {
        i += 2;
      } else if (c == quote && i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
        i += 2;
      } else if (c == quote) {
        return i + 1;
      } else {
        i++;
      }
    }
    return sql.length();
  }

  private void quotedName(char quote) {
    int end = endOfText(at, quote, false);
    String name = sql.substring(at, end);
    out.append(name);
    at = end;
    follow(name);
  }

  /** A name, or the rest of one: {@code shop.orders}. */
  private void follow(String name) {
    int last = names.size() - 1;
    boolean goesOn = last >= 0
        && out.length() > name.length()
        && out.charAt(out.length() - name.length() - 1) == '.';
    if (goesOn) {
      names.set(last, names.get(last) + "." + name);
    } else {
      names.add(name);
    }
  }

  private void name() {
    int start = at;
    while (at < sql.length() && (isNamePart(sql.charAt(at)) || sql.charAt(at) == '$')) {
      at++;
    }
    String name = sql.substring(start, at);
    boolean prefix = name.length() == 1 && at < sql.length() && sql.charAt(at) == '\'';
    if (prefix) { // E'..', N'..', X'..', B'..': only the first has escapes in PostgreSQL
      literal(endOfText(at, '\'', mySql || name.equalsIgnoreCase("e")));
      return;
    }
    out.append(name);
    follow(name);
  }

  private @Nullable String dollarTag() {
    int i = at + 1;
    while (i < sql.length() && isNamePart(sql.charAt(i))) {
      i++;
    }
    boolean tag =
        i < sql.length() && sql.charAt(i) == '$' && !Character.isDigit(sql.charAt(at + 1));
    return tag ? sql.substring(at, i + 1) : null;
  }

  private void dollarText() {
    String tag = dollarTag();
    if (tag != null) {
      int end = sql.indexOf(tag, at + tag.length());
      literal(end < 0 ? sql.length() : end + tag.length());
    }
  }

  private boolean isNumber(char c) {
    if (isDigit(c)) {
      return at == 0 || sql.charAt(at - 1) != '$'; // $1 is a parameter
    }
    return c == '.' && at + 1 < sql.length() && isDigit(sql.charAt(at + 1));
  }

  private int endOfNumber() {
    int i = at;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      boolean sign = (c == '+' || c == '-') && i > at && isExponent(sql.charAt(i - 1));
      if (!isNamePart(c) && c != '.' && !sign) {
        break;
      }
      i++;
    }
    return i;
  }

  private static boolean isExponent(char c) {
    return c == 'e' || c == 'E';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNamePart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
