package dev.evenkeel.http;

import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects as the JDK's client does, but knows where it goes: what belongs to the call or
 * its caller is not sent on to a host that may not have it.
 */
final class Redirects {

  /** The JDK's own bound. */
  static final int MAX = 5;

  /** Follows none. */
  static final Redirects NONE = new Redirects(Redirect.NEVER);

  /** What is the first host's alone, wherever the redirect goes. */
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "cookie", "proxy-authorization");

  private final Redirect policy;

  Redirects(Redirect policy) {
    this.policy = policy;
  }

  Redirect policy() {
    return policy;
  }

  /**
   * The request that an answer asks for.
   *
   * @param dropped which further headers do not go to a host that may not have them
   * @return null if the answer is not to be followed
   */
  @Nullable HttpRequest next(HttpRequest request, int status, HttpHeaders headers, OutboundHeaders dropped) {
    URI target = target(request.uri(), status, headers);
    if (target == null) {
      return null;
    }
    boolean sameOrigin = isSameOrigin(request.uri(), target);
    HttpRequest.Builder next = HttpRequest.newBuilder(
            request,
            (name, value) -> (sameOrigin || !CREDENTIALS.contains(name.toLowerCase(Locale.ROOT)))
                && !dropped.isDropped(name, target))
        .uri(target);
    String method = request.method();
    boolean becomesGet = (status == 303 && !method.equals("HEAD"))
        || ((status == 301 || status == 302) && method.equals("POST"));
    if (becomesGet) {
      next.method("GET", BodyPublishers.noBody());
    }
    return next.build();
  }

  private @Nullable URI target(URI from, int status, HttpHeaders headers) {
    boolean redirect = switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
    String location = headers.firstValue("Location").orElse(null);
    if (policy == Redirect.NEVER || !redirect || location == null) {
      return null;
    }
    URI target;
    try {
      target = from.resolve(URI.create(location));
    } catch (IllegalArgumentException noUri) {
      return null;
    }
    String scheme = target.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    boolean downgrade =
        "https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(scheme);
    boolean allowed = http && target.getHost() != null;
    return allowed && (policy == Redirect.ALWAYS || !downgrade) ? target : null;
  }

  private static boolean isSameOrigin(URI one, URI other) {
    return Objects.equals(one.getScheme(), other.getScheme())
        && one.getHost() != null
        && one.getHost().equalsIgnoreCase(other.getHost())
        && ClientSpans.port(one) == ClientSpans.port(other);
  }
}
