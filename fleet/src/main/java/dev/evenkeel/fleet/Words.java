package dev.evenkeel.fleet;

/** Reads the words of a record; what is not as expected is garbage. */
final class Words {

  private final String[] words;
  private int next;

  Words(String text, String format, int count) {
    words = text.split(" ", -1);
    if (words.length != count || !words[0].equals(format)) {
      throw garbage(
          "format " + words[0] + " with " + words.length + " words",
          format + ", " + count + " words");
    }
    next = 1;
  }

  String word() {
    return words[next++];
  }

  /** A whole number from 0 on. */
  long count() {
    String word = word();
    try {
      long number = Long.parseLong(word);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw garbage(word, "a whole number, 0 or more");
  }

  /** A finite number from 0 on. */
  double number() {
    String word = word();
    try {
      double number = Double.parseDouble(word);
      if (number >= 0 && number <= Double.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw garbage(word, "a number, 0 or more");
  }

  double share() {
    double number = number();
    if (number > 1) {
      throw garbage(Double.toString(number), "0 to 1");
    }
    return number;
  }

  <E extends Enum<E>> E constant(Class<E> type) {
    String word = word();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(word)) {
        return constant;
      }
    }
    throw garbage(word, "one of " + type.getSimpleName());
  }

  private static IllegalArgumentException garbage(String is, String expected) {
    return new IllegalArgumentException("record: " + is + " (expected: " + expected + ")");
  }
}
