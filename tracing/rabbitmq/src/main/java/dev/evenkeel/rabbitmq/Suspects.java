package dev.evenkeel.rabbitmq;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How often messages have failed here, for those that come back: a message that always fails must
 * not come back for ever, and most queues do not count. A message is known by its id, its key, or
 * else by its content; the last thousand are remembered. Thread-safe.
 */
final class Suspects {

  private static final int MOST = 1_000;

  private final Map<Object, Integer> failures = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Object, Integer> eldest) {
      return size() > MOST;
    }
  };

  /** Counts a failure; the answer is how many there were, as far as anybody knows. */
  synchronized long failed(Message message) {
    int here = failures.merge(identity(message), 1, Integer::sum);
    OptionalLong counted = message.deliveryCount();
    return Math.max(here, counted.isPresent() ? counted.getAsLong() + 1 : 0);
  }

  /** How many failures there were, as far as anybody knows. */
  synchronized long count(Message message) {
    return failures.isEmpty() ? 0 : failures.getOrDefault(identity(message), 0);
  }

  /** Whether it has failed so often that it is not tried while what it needs is away. */
  boolean isExhausted(Message message, int maxFailures) {
    return count(message) >= maxFailures;
  }

  /** How many messages there are that have failed so often. */
  synchronized int exhausted(int maxFailures) {
    return (int)
        failures.values().stream().filter(count -> count >= maxFailures).count();
  }

  synchronized void forget(Message message) {
    if (!failures.isEmpty()) {
      failures.remove(identity(message));
    }
  }

  private static Object identity(Message message) {
    String id = message.properties().getMessageId();
    String named = id == null ? message.idempotencyKey() : id;
    return named == null
        ? new Content(
            message.size(),
            Arrays.hashCode(message.body()),
            message.envelope().getRoutingKey(),
            MessageHeaders.sentMillis(message.properties()))
        : named;
  }

  /** Two messages of the same content are one, which only makes them be rejected sooner. */
  private record Content(int size, int hash, String routingKey, long sentMillis) {}
}
