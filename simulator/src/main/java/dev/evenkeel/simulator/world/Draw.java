package dev.evenkeel.simulator.world;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws numbers, and writes them down as fields. The same seed gives the same on any machine. */
final class Draw {

  private final SplittableRandom random;
  private final Map<String, String> fields = new LinkedHashMap<>();

  Draw(long seed) {
    random = new SplittableRandom(seed);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** As often between 1 and 10 as between 10 and 100. */
  double log(double low, double high) {
    return low * StrictMath.pow(high / low, random.nextDouble());
  }

  @SafeVarargs
  final <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }

  void put(String field, String value) {
    fields.put(field, value);
  }

  void put(String field, double value) {
    put(field, shown(value));
  }

  void count(String field, double value) {
    put(field, Long.toString(Math.round(value)));
  }

  void rate(String field, double perSecond) {
    put(field, shown(perSecond) + "/s");
  }

  void time(String field, double seconds) {
    put(
        field,
        Math.abs(seconds) < 1 && seconds != 0 ? shown(seconds * 1e3) + "ms" : shown(seconds) + "s");
  }

  /** Four digits are enough, and what is written is what is run. */
  private static String shown(double value) {
    if (value == 0) {
      return "0";
    }
    int digits = 3 - (int) Math.floor(StrictMath.log10(Math.abs(value)));
    String text = String.format(Locale.ROOT, "%." + Math.max(0, digits) + "f", value);
    return text.indexOf('.') < 0 ? text : text.replaceAll("\\.?0+$", "");
  }

  Map<String, String> fields() {
    return fields;
  }
}
