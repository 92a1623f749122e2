package dev.evenkeel.spring.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keys of settings that name a pipeline. */
final class PipelineKey {

  private static final Set<String> INSTANCES = Set.of("instances", "backends", "limiters");

  private PipelineKey() {}

  /**
   * The name in {@code evenkeel.pipelines.<name>.*} and in
   * {@code resilience4j.*.instances.<name>.*}; null if the key is of something else.
   */
  static @Nullable String name(String key) {
    List<String> elements = elements(key);
    int at = indexOfName(elements);
    return at > 0 && elements.size() > at ? elements.get(at) : null;
  }

  /** Whether what stands below a key are names, or what they stand below. */
  static boolean isAboveNames(String key) {
    List<String> elements = elements(key);
    if (elements.isEmpty()) {
      return true;
    }
    int at = indexOfName(elements);
    return switch (uniform(elements.get(0))) {
      case "evenkeel" -> elements.size() == 1 || elements.size() == at;
      case "resilience4j" -> elements.size() < 3 || elements.size() == at;
      default -> false;
    };
  }

  private static int indexOfName(List<String> elements) {
    if (elements.size() > 1
        && uniform(elements.get(0)).equals("evenkeel")
        && uniform(elements.get(1)).equals("pipelines")) {
      return 2;
    }
    return elements.size() > 2
            && uniform(elements.get(0)).equals("resilience4j")
            && INSTANCES.contains(uniform(elements.get(2)))
        ? 3
        : -1;
  }

  private static String uniform(String element) {
    return element.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** What stands between dots; what stands in brackets may have dots in it. */
  private static List<String> elements(String key) {
    List<String> elements = new ArrayList<>();
    int at = 0;
    while (at < key.length()) {
      boolean isBracketed = key.charAt(at) == '[';
      int begin = isBracketed ? at + 1 : at;
      int end = begin;
      while (end < key.length() && !isEnd(key.charAt(end), isBracketed)) {
        end++;
      }
      if (end > begin) {
        elements.add(key.substring(begin, end));
      }
      boolean isBeforeBracket = !isBracketed && end < key.length() && key.charAt(end) == '[';
      at = isBeforeBracket ? end : end + 1;
    }
    return elements;
  }

  private static boolean isEnd(char character, boolean isBracketed) {
    return isBracketed ? character == ']' : character == '.' || character == '[';
  }
}
