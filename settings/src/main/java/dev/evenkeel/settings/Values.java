package dev.evenkeel.settings;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values and their texts: what a text means, and the one text for each value. */
final class Values {

  private static final Pattern WITH_UNIT =
      Pattern.compile("([0-9]{1,18})\\s*(ns|us|ms|s|m|h|d)", Pattern.CASE_INSENSITIVE);
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,1000}");
  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,40})?)\\s*(%?)");

  private static final Map<String, Long> UNITS = Map.of(
      "d", 86_400_000_000_000L,
      "h", 3_600_000_000_000L,
      "m", 60_000_000_000L,
      "s", 1_000_000_000L,
      "ms", 1_000_000L,
      "us", 1_000L,
      "ns", 1L);

  private static final List<String> LONGEST_FIRST = List.of("d", "h", "m", "s", "ms", "us", "ns");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** As many as a backoff takes. */
  private static final int MOST_WAITS = 10_000;

  private Values() {}

  /** Says what is expected instead; costs no stack trace. */
  static final class Unfit extends Exception {
    Unfit(String expected) {
      super(expected, null, false, false);
    }

    String expected() {
      return String.valueOf(getMessage());
    }
  }

  /** What the text means for the key. */
  static Object parse(SettingKey key, String written, ClassLoader loader) throws Unfit {
    String text = written.strip();
    if (text.isEmpty() && key.type() != SettingKey.Type.EXCEPTIONS) {
      throw new Unfit(key.expected());
    }
    return switch (key.type()) {
      case DURATION -> within(key, duration(key, text));
      case DURATIONS -> durations(key, text);
      case COUNT -> within(key, count(key, text));
      case SHARE -> within(key, share(key, text));
      case PERCENTAGE -> within(key, percentage(key, text));
      case FACTOR -> within(key, factor(key, text));
      case SWITCH -> onOff(key, text);
      case CHOICE -> choice(key, text);
      case EXCEPTIONS -> ExceptionTypes.parse(text, loader);
      case CONFIG -> text;
    };
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // bounds are there, and of the value's own type
  private static <T extends Comparable<T>> T within(SettingKey key, T value) throws Unfit {
    if (value.compareTo((T) key.least) < 0 || value.compareTo((T) key.most) > 0) {
      throw new Unfit(key.expected());
    }
    return value;
  }

  private static List<Duration> durations(SettingKey key, String text) throws Unfit {
    List<Duration> all = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      all.add(within(key, duration(key, one.strip())));
    }
    if (all.size() > MOST_WAITS) {
      throw new Unfit("at most " + MOST_WAITS + " times");
    }
    return List.copyOf(all);
  }

  private static Duration duration(SettingKey key, String text) throws Unfit {
    Matcher matcher = WITH_UNIT.matcher(text);
    if (matcher.matches()) {
      long unit = UNITS.getOrDefault(matcher.group(2).toLowerCase(Locale.ROOT), 1L);
      long count = Long.parseLong(matcher.group(1));
      try {
        return Duration.ofNanos(unit).multipliedBy(count);
      } catch (ArithmeticException huge) {
        throw new Unfit(key.expected());
      }
    }
    if (text.startsWith("P") || text.startsWith("p")) {
      try {
        return Duration.parse(text);
      } catch (DateTimeException | ArithmeticException notOne) {
        throw new Unfit(key.expected());
      }
    }
    if (WHOLE.matcher(text).matches()) {
      throw new Unfit("a unit: " + shortened(text) + "ms or " + shortened(text)
          + "s? Units are ns, us, ms, s, m, h, d; " + key.range());
    }
    throw new Unfit(key.expected());
  }

  private static String shortened(String text) {
    return text.length() > 20 ? text.substring(0, 20) + "..." : text;
  }

  private static Integer count(SettingKey key, String text) throws Unfit {
    if (!WHOLE.matcher(text).matches()) {
      throw new Unfit(key.expected());
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException huge) {
      throw new Unfit(key.expected());
    }
  }

  private static Double share(SettingKey key, String text) throws Unfit {
    Matcher number = number(key, text);
    BigDecimal value = new BigDecimal(number.group(1));
    boolean percent = !number.group(2).isEmpty();
    if (!percent && value.compareTo(BigDecimal.ONE) > 0 && value.compareTo(HUNDRED) <= 0) {
      throw new Unfit(number.group(1) + "% if that is meant; " + key.range());
    }
    return (percent ? value.movePointLeft(2) : value).doubleValue();
  }

  private static Double percentage(SettingKey key, String text) throws Unfit {
    Matcher number = number(key, text);
    BigDecimal value = new BigDecimal(number.group(1));
    if (number.group(2).isEmpty() && value.signum() > 0 && value.compareTo(BigDecimal.ONE) < 0) {
      throw new Unfit("a percent sign: "
          + value.multiply(HUNDRED).stripTrailingZeros().toPlainString() + "%, or really "
          + number.group(1) + "%? " + key.range());
    }
    return value.doubleValue();
  }

  private static Double factor(SettingKey key, String text) throws Unfit {
    Matcher number = number(key, text);
    if (!number.group(2).isEmpty()) {
      throw new Unfit(key.expected() + ", without a percent sign");
    }
    return Double.valueOf(number.group(1));
  }

  private static Matcher number(SettingKey key, String text) throws Unfit {
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) {
      throw new Unfit(key.expected());
    }
    return number;
  }

  private static Boolean onOff(SettingKey key, String text) throws Unfit {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new Unfit(key.expected());
    };
  }

  /** In whatever case, with dashes or underlines. */
  private static String choice(SettingKey key, String text) throws Unfit {
    for (String choice : key.choices()) {
      if (choice.replace('_', '-').equalsIgnoreCase(text.replace('_', '-'))) {
        return choice;
      }
    }
    throw new Unfit(key.expected() + Names.didYouMean(text, key.choices()));
  }

  /** The one text of a value. */
  static String text(SettingKey key, @Nullable Object value) {
    if (value instanceof Duration duration) {
      return text(duration);
    }
    if (value instanceof Double number) {
      String text = BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
      return key.type() == SettingKey.Type.PERCENTAGE ? text + "%" : text;
    }
    if (value instanceof List<?> all) {
      List<String> texts = new ArrayList<>();
      all.forEach(one -> texts.add(one instanceof Class<?> type ? type.getName() : text(key, one)));
      return String.join(",", texts);
    }
    return String.valueOf(value);
  }

  /** In the longest unit of which it is a whole number. */
  private static String text(Duration duration) {
    long nanos = duration.toNanos(); // within 100 years
    if (nanos == 0) {
      return "0ms";
    }
    for (String unit : LONGEST_FIRST) {
      long length = UNITS.getOrDefault(unit, 1L);
      if (nanos % length == 0) {
        return nanos / length + unit;
      }
    }
    return nanos + "ns";
  }
}
