package dev.evenkeel.examples.journey;

import java.util.HashMap;
import java.util.Map;

/**
 * An order, as the query of a request and as the body of a message.
 *
 * @param id what it is recognised by
 * @param packMillis how long shipping packs it
 * @param slow whether the database is slow with it
 */
record Order(String id, long packMillis, boolean slow) {

  private static final String FIRST = "order=";

  static boolean isOne(String query) {
    return query.startsWith(FIRST);
  }

  String toQuery() {
    return FIRST + id + "&pack=" + packMillis + "&slow=" + slow;
  }

  static Order parse(String query) {
    Map<String, String> values = new HashMap<>();
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      values.put(part.substring(0, equals), part.substring(equals + 1));
    }
    return new Order(
        values.getOrDefault("order", ""),
        Long.parseLong(values.getOrDefault("pack", "0")),
        Boolean.parseBoolean(values.getOrDefault("slow", "false")));
  }
}
