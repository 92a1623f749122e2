package dev.evenkeel.examples.journey;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the journey is started with.
 *
 * @param broker {@code amqp://user:password@host:port} of a RabbitMQ; empty for an embedded broker
 * @param database {@code jdbc:postgresql://host:port/name} of a PostgreSQL; empty for an embedded
 *     H2
 * @param page where to write the page
 * @param quick whether a shorter outage will do
 */
record Options(String broker, String database, Path page, boolean quick) {

  private static final Pattern BROKER = Pattern.compile("amqps?://.+");
  private static final Pattern DATABASE = Pattern.compile("jdbc:postgresql://[^/:]+:\\d+/.+");
  private static final String EXPECTED =
      "expected: --broker amqp://..., --database jdbc:postgresql://host:port/name, --page <file>,"
          + " --quick";

  static Options parse(String... arguments) {
    Options options = new Options("", "", Path.of("target", "journey.html"), false);
    for (int i = 0; i < arguments.length; i++) {
      options = arguments[i].equals("--quick")
          ? new Options(options.broker, options.database, options.page, true)
          : options.with(arguments[i], i + 1 < arguments.length ? arguments[++i] : "");
    }
    return options;
  }

  private Options with(String name, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + ": without a value (" + EXPECTED + ")");
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "--broker" -> new Options(checked(name, value, BROKER), database, page, quick);
      case "--database" -> new Options(broker, checked(name, value, DATABASE), page, quick);
      case "--page" -> new Options(broker, database, Path.of(value), quick);
      default -> throw new IllegalArgumentException(name + ": not known (" + EXPECTED + ")");
    };
  }

  private static String checked(String name, String value, Pattern form) {
    if (!form.matcher(value).matches()) {
      throw new IllegalArgumentException(name + ": " + value + " (" + EXPECTED + ")");
    }
    return value;
  }
}
