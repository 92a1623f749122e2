package dev.evenkeel.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parts of keys: how they are split, spelt, and found when they are misspelt. */
final class Names {

  static final String PREFIX = "evenkeel";
  static final String CONFIGS = "configs";
  static final String PIPELINES = "pipelines";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");
  private static final int LONGEST_COMPARED = 60;
  private static final int MOST_COMPARED = 200;
  private static final int MOST_NAMED = 20;

  private Names() {}

  /** A part of a key; {@code [in brackets]} it may have dots in it. */
  record Part(String text, boolean bracketed) {}

  /**
   * Splits {@code evenkeel.pipelines[my.service].retry-exceptions[0]} at its dots and brackets.
   *
   * @return null if it is not well formed
   */
  static @Nullable List<Part> split(String key) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < key.length()) {
      boolean bracketed = key.charAt(at) == '[';
      int end = bracketed ? key.indexOf(']', at) : endOfPart(key, at);
      int from = bracketed ? at + 1 : at;
      if (end <= from) {
        return null;
      }
      parts.add(new Part(key.substring(from, end), bracketed));
      at = bracketed ? end + 1 : end;
      if (at < key.length() && key.charAt(at) == '.') {
        at++;
        if (at == key.length()) {
          return null;
        }
      } else if (at < key.length() && key.charAt(at) != '[') {
        return null;
      }
    }
    return parts;
  }

  private static int endOfPart(String key, int from) {
    int at = from;
    while (at < key.length() && key.charAt(at) != '.' && key.charAt(at) != '[') {
      at++;
    }
    return at;
  }

  /** {@code maxAttempts} is another spelling of {@code max-attempts}. */
  static String kebab(String part) {
    StringBuilder kebab = new StringBuilder(part.length() + 4);
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        if (i > 0 && part.charAt(i - 1) != '-') {
          kebab.append('-');
        }
        kebab.append((char) (c + ('a' - 'A')));
      } else {
        kebab.append(c);
      }
    }
    return kebab.toString();
  }

  /** The whole key. */
  static String key(String section, String name, String key) {
    String quoted = PLAIN.matcher(name).matches() ? "." + name : "[" + name + "]";
    return PREFIX + "." + section + quoted + (key.isEmpty() ? "" : "." + key);
  }

  /** Why a pipeline or config cannot have a name; null if it can. */
  static @Nullable String unfit(String name) {
    boolean fits = !name.isBlank()
        && name.chars().noneMatch(c -> Character.isISOControl(c) || c == '[' || c == ']');
    return fits ? null : "a name, not blank, without control characters and brackets";
  }

  /** The known name that is nearest to one that is not known, or all that there are. */
  static String nearestOrAll(String unknown, Collection<String> known) {
    String nearest = didYouMean(unknown, known);
    if (!nearest.isEmpty()) {
      return nearest;
    }
    return known.isEmpty()
        ? "; there is none"
        : "; there are: "
            + known.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining(", "))
            + (known.size() > MOST_NAMED ? ", ..." : "");
  }

  /** The known word that is nearest to one that is not known; nothing if none is near. */
  static String didYouMean(String unknown, Collection<String> known) {
    if (unknown.length() > LONGEST_COMPARED) {
      return "";
    }
    String nearest = "";
    int least = Math.max(2, unknown.length() / 4) + 1;
    int compared = 0;
    for (String word : known) {
      if (word.length() > LONGEST_COMPARED || compared++ == MOST_COMPARED) {
        continue;
      }
      int distance = distance(unknown, word);
      if (distance < least) {
        least = distance;
        nearest = word;
      }
    }
    return nearest.isEmpty() ? "" : "; did you mean " + nearest + "?";
  }

  /** How many letters are to be added, left out, changed, or swapped with the next one. */
  private static int distance(String one, String other) {
    int[][] row = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          row[i][j] = i + j;
          continue;
        }
        int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[i][j] =
            Math.min(Math.min(row[i - 1][j], row[i][j - 1]) + 1, row[i - 1][j - 1] + changed);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          row[i][j] = Math.min(row[i][j], row[i - 2][j - 2] + 1);
        }
      }
    }
    return row[one.length()][other.length()];
  }
}
