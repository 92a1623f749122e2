package dev.evenkeel.healthcheck.http;

import dev.evenkeel.core.Checks;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HealthEndpoint} needs to know of an HTTP request.
 *
 * @param method {@code GET}, {@code HEAD}, ...
 * @param target the path, with its query if there is one
 * @param accept the {@code Accept} header; null if there is none
 * @param authorization the {@code Authorization} header; null if there is none
 * @param local whether it comes from this machine, with no proxy in between
 */
public record HealthRequest(
    String method,
    String target,
    @Nullable String accept,
    @Nullable String authorization,
    boolean local) {

  /**
   * Checks what must be there.
   *
   * @param method the method
   * @param target the path, with its query
   * @param accept the {@code Accept} header
   * @param authorization the {@code Authorization} header
   * @param local whether it comes from this machine
   */
  public HealthRequest {
    Checks.notNull("method", method);
    Checks.notNull("target", target);
  }

  String path() {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** The value of a name in the query; null if it is not there. */
  @Nullable String query(String name) {
    int query = target.indexOf('?');
    if (query >= 0) {
      for (String pair : target.substring(query + 1).split("&", -1)) {
        if (pair.equals(name)) {
          return "";
        }
        if (pair.startsWith(name + "=")) {
          return pair.substring(name.length() + 1);
        }
      }
    }
    return null;
  }
}
