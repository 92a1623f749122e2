package dev.evenkeel.kafka;

import dev.evenkeel.core.Checks;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Kafka's own configuration, as far as it decides whether records are lost. */
final class ConsumerConfigs {

  private ConsumerConfigs() {}

  /** A copy without auto-commit. */
  static Map<String, Object> checked(Map<String, Object> config) {
    Map<String, Object> copy = new HashMap<>(Checks.notNull("config", config));
    Object auto = copy.get(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);
    if (auto != null && Boolean.parseBoolean(auto.toString().trim())) {
      throw new IllegalArgumentException(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG
          + ": true (expected: false, or not set: offsets are committed for what is done)");
    }
    copy.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    return copy;
  }

  /** How many records a poll returns at most. */
  static int recordsPerPoll(Map<String, Object> config) {
    Object given = config.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG);
    if (given == null) {
      return ConsumerConfig.DEFAULT_MAX_POLL_RECORDS;
    }
    try {
      return Math.max(1, Integer.parseInt(given.toString().trim()));
    } catch (NumberFormatException wrong) {
      return ConsumerConfig.DEFAULT_MAX_POLL_RECORDS; // the client itself says what is wrong
    }
  }
}
