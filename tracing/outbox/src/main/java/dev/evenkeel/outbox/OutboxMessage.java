package dev.evenkeel.outbox;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message for the outbox, and as the relay gives it to its publisher. Immutable but for the bytes
 * of its body; thread-safe.
 */
public final class OutboxMessage {

  private static final int MAX_LENGTH = 255;

  private final String id;
  private final String topic;
  private final @Nullable String key;
  private final Map<String, String> headers;
  private final byte[] body;
  private final @Nullable Deadline deadline;

  OutboxMessage(
      String id,
      String topic,
      @Nullable String key,
      Map<String, String> headers,
      byte[] body,
      @Nullable Deadline deadline) {
    this.id = id;
    this.topic = topic;
    this.key = key;
    this.headers = headers;
    this.body = body;
    this.deadline = deadline;
  }

  /**
   * A message with an id of its own, without a key.
   *
   * @param topic where it goes to, as the publisher takes it; 1 to 255 characters
   * @param body the body; not to be changed afterwards
   * @return the message
   */
  public static OutboxMessage of(String topic, byte[] body) {
    Kernel kernel = Kernel.system();
    String id = String.format("%016x%016x", kernel.random(), kernel.random());
    return new OutboxMessage(
        id, bounded("topic", topic), null, Map.of(), Checks.notNull("body", body), null);
  }

  /** What fits the tables: databases that cut a text would take two for one. */
  static String bounded(String field, String value) {
    if (Checks.name(field, value).length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          field + ": " + value.length() + " characters (expected: 1 to 255)");
    }
    return value;
  }

  /**
   * This message with a key: messages of one key are sent in the order in which they were added.
   *
   * @param newKey what must keep its order, such as an order's number; 1 to 255 characters
   * @return a new message
   */
  public OutboxMessage withKey(String newKey) {
    return new OutboxMessage(id, topic, bounded("key", newKey), headers, body, deadline);
  }

  /**
   * This message with an id that its producer knows: adding it again fails.
   *
   * @param newId unique in the outbox; 1 to 255 visible ASCII characters
   * @return a new message
   */
  public OutboxMessage withId(String newId) {
    CallContext unusedCheck = CallContext.current().withIdempotencyKey(newId);
    return new OutboxMessage(newId, topic, key, headers, body, deadline);
  }

  /**
   * This message with another header. The trace and what else belongs to the call is added by the
   * outbox.
   *
   * @param name its name
   * @param value its value
   * @return a new message
   */
  public OutboxMessage withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(Checks.name("header", name), Checks.notNull(name, value));
    return new OutboxMessage(id, topic, key, Collections.unmodifiableMap(more), body, deadline);
  }

  /**
   * This message with a deadline, after which it is of no use: the relay drops it then, and so do
   * consumers that know {@code evenkeel-deadline}. The deadline of the call in which it is added is
   * not taken by itself: what a transaction has decided stays true when its caller has gone.
   *
   * @param newDeadline by when it must have been handled
   * @return a new message
   */
  public OutboxMessage withDeadline(Deadline newDeadline) {
    return new OutboxMessage(
        id, topic, key, headers, body, Checks.notNull("deadline", newDeadline));
  }

  /**
   * By what a consumer recognises that it comes twice, see {@link Inbox}.
   *
   * @return 1 to 255 visible ASCII characters
   */
  public String id() {
    return id;
  }

  /**
   * Where it goes to.
   *
   * @return as given
   */
  public String topic() {
    return topic;
  }

  /**
   * What keeps its order.
   *
   * @return null if it has none
   */
  public @Nullable String key() {
    return key;
  }

  /**
   * Its headers; in the relay also the trace, the criticality and the deadline.
   *
   * @return an immutable map
   */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * The body itself, not a copy.
   *
   * @return its bytes
   */
  public byte[] body() {
    return body;
  }

  /**
   * By when it must have been handled.
   *
   * @return null if that was not said
   */
  public @Nullable Deadline deadline() {
    return deadline;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OutboxMessage message && message.id.equals(id);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(id);
  }

  @Override
  public String toString() {
    return "OutboxMessage(" + id + ", " + topic + (key == null ? "" : ", key " + key) + ", "
        + body.length + " bytes)";
  }
}
