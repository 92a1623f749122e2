package dev.evenkeel.tracing;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A URL without the secrets people put into it, for telemetry. Thread-safe. */
public final class UrlRedaction {

  private static final String REDACTED = "REDACTED";

  /** OpenTelemetry's list, and what signs or opens requests elsewhere. Lower case. */
  private static final Set<String> SECRET = Set.of(
      "awsaccesskeyid",
      "signature",
      "sig",
      "x-goog-signature",
      "x-amz-signature",
      "x-amz-credential",
      "x-amz-security-token",
      "access_token",
      "token",
      "api_key",
      "apikey",
      "password");

  private UrlRedaction() {}

  /**
   * A URL with the values of credentials and signatures replaced, and without its fragment.
   *
   * @param uri the URL
   * @return for {@code url.full}
   */
  public static String url(URI uri) {
    StringBuilder url = new StringBuilder(64);
    if (uri.getScheme() != null) {
      url.append(uri.getScheme()).append("://");
    }
    String authority = uri.getRawAuthority();
    if (authority != null) {
      int at = authority.lastIndexOf('@');
      url.append(at < 0 ? authority : REDACTED + ":" + REDACTED + authority.substring(at));
    }
    if (uri.getRawPath() != null) {
      url.append(uri.getRawPath());
    }
    String query = query(uri.getRawQuery());
    return query == null ? url.toString() : url.append('?').append(query).toString();
  }

  /**
   * A query with the values of secret parameters replaced.
   *
   * @param query as it came; null if there is none
   * @return for {@code url.query}; null if there is none
   */
  public static @Nullable String query(@Nullable String query) {
    if (query == null || query.indexOf('=') < 0) {
      return query;
    }
    StringBuilder redacted = new StringBuilder(query.length());
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      boolean secret =
          equals > 0 && SECRET.contains(parameter.substring(0, equals).toLowerCase(Locale.ROOT));
      redacted
          .append(secret ? parameter.substring(0, equals + 1) + REDACTED : parameter)
          .append('&');
    }
    redacted.setLength(redacted.length() - 1);
    return redacted.toString();
  }
}
