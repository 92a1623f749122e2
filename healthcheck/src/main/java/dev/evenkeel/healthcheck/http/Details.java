package dev.evenkeel.healthcheck.http;

import dev.evenkeel.core.Checks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who gets to see more than the status of a group: names of dependencies, messages of exceptions
 * and traces are of use to an attacker too. Implementations are thread-safe and answer at once.
 */
@FunctionalInterface
public interface Details {

  /**
   * Whether to show the details.
   *
   * @param request who asks
   * @return true to show them
   */
  boolean allows(HealthRequest request);

  /**
   * Nobody. The default.
   *
   * @return the rule
   */
  static Details never() {
    return request -> false;
  }

  /**
   * Everybody who can reach the port.
   *
   * @return the rule
   */
  static Details always() {
    return request -> true;
  }

  /**
   * Callers on this machine. Not for a process behind a proxy on the same machine, such as a
   * sidecar: then every caller is local.
   *
   * @return the rule
   */
  static Details forLocalCaller() {
    return HealthRequest::local;
  }

  /**
   * Whoever knows a token: as {@code Authorization: Bearer <token>}, or as the password, with any
   * name, of {@code Basic}, which is what a browser asks for. It is compared in a time that does
   * not depend on how much of it is right.
   *
   * @param token at least 8 characters
   * @return the rule
   * @throws IllegalArgumentException if it is shorter; the message does not tell it
   */
  static Details withToken(String token) {
    if (Checks.notNull("token", token).length() < 8) {
      throw new IllegalArgumentException(
          "token: " + token.length() + " characters (expected: at least 8)");
    }
    byte[] expected = digest(token);
    return request -> {
      String given = tokenOf(request.authorization());
      // Digests have one length, whatever was given.
      return MessageDigest.isEqual(expected, digest(given == null ? "" : given));
    };
  }

  /**
   * One rule or another.
   *
   * @param other the other one
   * @return a rule that shows the details if either does
   */
  default Details or(Details other) {
    Checks.notNull("other", other);
    return request -> {
      boolean first = allows(request); // both are always asked: no time tells which one said yes
      boolean second = other.allows(request);
      return first || second;
    };
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", impossible);
    }
  }

  private static @Nullable String tokenOf(@Nullable String authorization) {
    if (authorization == null) {
      return null;
    }
    int space = authorization.indexOf(' ');
    if (space < 0) {
      return null;
    }
    String value = authorization.substring(space + 1).trim();
    return switch (authorization.substring(0, space).toLowerCase(Locale.ROOT)) {
      case "bearer" -> value;
      case "basic" -> password(value);
      default -> null;
    };
  }

  private static @Nullable String password(String base64) {
    try {
      String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? null : pair.substring(colon + 1);
    } catch (IllegalArgumentException noBase64) {
      return null;
    }
  }
}
