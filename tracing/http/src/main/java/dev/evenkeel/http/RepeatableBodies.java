package dev.evenkeel.http;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a request may be sent a second time: its method or a key makes that safe, and its body is
 * still there. A publisher of a user's own, or one that reads a stream, may be spent.
 */
final class RepeatableBodies {

  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");
  private static final String JDK = "jdk.internal.net.http.RequestPublishers$";

  /** Those of the JDK's publishers that begin anew for each subscriber. */
  private static final Set<String> JDK_REPEATABLE = Set.of(
      "ByteArrayPublisher",
      "IterablePublisher",
      "StringPublisher",
      "EmptyPublisher",
      "FilePublisher");

  private final Predicate<BodyPublisher> given;

  RepeatableBodies(Predicate<BodyPublisher> given) {
    this.given = given;
  }

  boolean mayRepeat(HttpRequest request, boolean hasKey) {
    boolean safe = hasKey
        || IDEMPOTENT.contains(request.method())
        || request.headers().firstValue(IDEMPOTENCY_KEY).isPresent();
    return safe && request.bodyPublisher().map(this::isRepeatable).orElse(true);
  }

  private boolean isRepeatable(BodyPublisher body) {
    if (body.contentLength() == 0) {
      return true;
    }
    String type = body.getClass().getName();
    return (type.startsWith(JDK) && JDK_REPEATABLE.contains(type.substring(JDK.length())))
        || given.test(body);
  }
}
