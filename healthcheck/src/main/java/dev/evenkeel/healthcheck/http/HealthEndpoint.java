package dev.evenkeel.healthcheck.http;

import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.HealthSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request, as a plain function: for any server there is.
 *
 * <ul>
 *   <li>{@code /health}: everything; a status page if a browser asks
 *   <li>{@code /health/live}, {@code /health/ready}, {@code /health/started}, and
 *       {@code /health/<group>} for groups of one's own
 * </ul>
 *
 * <p>200 means go on, 503 means do not; DEGRADED is 200. {@code ?status=200} answers 200 whatever
 * it says, {@code ?details} asks for a token where details are hidden, {@code ?format=} goes before
 * {@code Accept}. What is known is answered at once: no check is run. Immutable and thread-safe.
 */
public final class HealthEndpoint {

  private static final Pattern PATH = Pattern.compile("/|(/[^/?#\\p{Cntrl}]+)+");

  private final Health health;
  private final String root;
  private final Details details;
  private final Format json;
  private final StatusPage page;

  private HealthEndpoint(
      Health health, String root, Details details, Format json, StatusPage page) {
    this.health = health;
    this.root = root;
    this.details = details;
    this.json = json;
    this.page = page;
  }

  /**
   * An endpoint that shows no details.
   *
   * @param health what to tell of
   * @return the endpoint
   */
  public static HealthEndpoint of(Health health) {
    return new HealthEndpoint(
        Checks.notNull("health", health),
        "/health",
        Details.never(),
        Format.EVENKEEL,
        new StatusPage("Health"));
  }

  /**
   * Where it is, instead of {@code /health}: groups are below that.
   *
   * @param path the path, such as {@code /manage/health}; {@code /} for all of a port
   * @return a copy
   * @throws IllegalArgumentException if it is not a path, or ends with a slash
   */
  public HealthEndpoint at(String path) {
    if (!PATH.matcher(Checks.notNull("path", path)).matches()) {
      throw new IllegalArgumentException(
          "path: \"" + path + "\" (expected: one like /manage/health, without a slash at the end)");
    }
    return new HealthEndpoint(health, path.equals("/") ? "" : path, details, json, page);
  }

  /**
   * The same below another path, for a server that hands on paths with a prefix of its own, such as
   * a servlet's context.
   *
   * @param prefix the prefix, such as {@code /shop}; empty for none
   * @return a copy, or this if the prefix is empty
   * @throws IllegalArgumentException if it is not a path
   */
  public HealthEndpoint below(String prefix) {
    return Checks.notNull("prefix", prefix).isEmpty() ? this : at(prefix + root);
  }

  /**
   * Who gets to see more than the status.
   *
   * @param newDetails the rule; {@link Details#never()} by default
   * @return a copy
   */
  public HealthEndpoint details(Details newDetails) {
    return new HealthEndpoint(health, root, Checks.notNull("details", newDetails), json, page);
  }

  /**
   * What {@code application/json} means, and what is answered if nothing else is asked for.
   *
   * @param newJson {@link Format#EVENKEEL} (the default), {@link Format#MICROPROFILE},
   *     {@link Format#HEALTH_JSON} or {@link Format#ACTUATOR}
   * @return a copy
   * @throws IllegalArgumentException if it is no JSON
   */
  public HealthEndpoint json(Format newJson) {
    if (Checks.notNull("json", newJson) == Format.HTML) {
      throw new IllegalArgumentException("json: HTML (expected: a form of JSON)");
    }
    return new HealthEndpoint(health, root, details, newJson, page);
  }

  /**
   * What the status page is called.
   *
   * @param title the service's name; "Health" by default
   * @return a copy
   */
  public HealthEndpoint title(String title) {
    return new HealthEndpoint(
        health, root, details, json, new StatusPage(Checks.name("title", title)));
  }

  /**
   * The answer to a GET without any right to see details.
   *
   * @param path the path, with its query if there is one
   * @param accept the {@code Accept} header; null if there is none
   * @return the answer
   */
  public HealthResponse handle(String path, @Nullable String accept) {
    return handle(new HealthRequest("GET", path, accept, null, false));
  }

  /**
   * The answer to a request.
   *
   * @param request the request
   * @return the answer
   */
  public HealthResponse handle(HealthRequest request) {
    Optional<HealthSnapshot> found = snapshot(request.path());
    if (found.isEmpty()) {
      return plain(404, "no such health group", Map.of());
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return plain(405, "only GET and HEAD", Map.of("Allow", "GET, HEAD"));
    }
    boolean shown = details.allows(request);
    if (!shown && request.query("details") != null) {
      return plain(
          401,
          "the token is missing or wrong",
          Map.of("WWW-Authenticate", "Basic realm=\"health\""));
    }
    HealthSnapshot snapshot = found.get();
    Format format = format(request);
    String body = switch (format) {
      case EVENKEEL -> JsonForms.evenkeel(snapshot, shown);
      case HEALTH_JSON -> JsonForms.healthJson(snapshot, shown);
      case MICROPROFILE -> JsonForms.microProfile(snapshot, shown);
      case ACTUATOR -> JsonForms.actuator(snapshot, health.groups(), shown);
      case HTML -> page.html(snapshot, groups(), root, shown);
    };
    Map<String, String> headers = headers(format.contentType());
    if (format == Format.HTML) {
      headers.put("Content-Security-Policy", StatusPage.CONTENT_SECURITY_POLICY);
    }
    // For who reads the body, such as the page itself: to a browser, 503 is an error to report.
    boolean serving = snapshot.isServing() || "200".equals(request.query("status"));
    return new HealthResponse(serving ? 200 : 503, headers, body);
  }

  private Optional<HealthSnapshot> snapshot(String path) {
    if (path.equals(root.isEmpty() ? "/" : root)) {
      return Optional.of(health.snapshot());
    }
    if (!path.startsWith(root + "/")) {
      return Optional.empty();
    }
    String group = path.substring(root.length() + 1);
    return group.equals(Group.ALL) ? Optional.empty() : health.snapshot(group);
  }

  private Format format(HealthRequest request) {
    String asked = request.query("format");
    Format named = asked == null ? null : Format.named(asked);
    return named != null
        ? named
        : Accept.best(
            request.accept(), List.of(json, Format.HEALTH_JSON, Format.ACTUATOR, Format.HTML));
  }

  private List<HealthSnapshot> groups() {
    return health.groups().stream()
        .map(health::snapshot)
        .flatMap(Optional::stream)
        .toList();
  }

  private static HealthResponse plain(int status, String text, Map<String, String> more) {
    Map<String, String> headers = headers("text/plain; charset=utf-8");
    headers.putAll(more);
    return new HealthResponse(status, headers, text + "\n");
  }

  private static Map<String, String> headers(String contentType) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", contentType);
    headers.put("Cache-Control", "no-store");
    headers.put("Vary", "Accept, Authorization");
    headers.put("X-Content-Type-Options", "nosniff");
    return headers;
  }
}
