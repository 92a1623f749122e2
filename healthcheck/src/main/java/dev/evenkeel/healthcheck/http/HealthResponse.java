package dev.evenkeel.healthcheck.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer to a {@link HealthRequest}. Immutable.
 *
 * @param status the HTTP status: 200, 401, 404, 405 or 503
 * @param headers all headers but {@code Content-Length} and those of the connection
 * @param body the body in UTF-8; for {@code HEAD}, the one that is to be left out
 */
public record HealthResponse(int status, Map<String, String> headers, String body) {

  /**
   * Copies the headers, in their order.
   *
   * @param status the HTTP status
   * @param headers the headers
   * @param body the body
   */
  public HealthResponse {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }
}
