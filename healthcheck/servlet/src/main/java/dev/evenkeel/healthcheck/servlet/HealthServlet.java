package dev.evenkeel.healthcheck.servlet;

import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import dev.evenkeel.healthcheck.http.HealthRequest;
import dev.evenkeel.healthcheck.http.HealthResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@link HealthEndpoint} in a servlet container. Its paths are the endpoint's, below the context
 * path: map it to {@code /health/*} (which is {@code /health} too), or to what
 * {@link HealthEndpoint#at} said.
 *
 * <pre>{@code
 * context.addServlet("health", new HealthServlet(endpoint)).addMapping("/health/*");
 * }</pre>
 *
 * <p>It needs one of the container's threads, so an overloaded container answers its probes late;
 * {@link dev.evenkeel.healthcheck.http.HealthServer} has a port and a thread of its own. It answers
 * at once, and nothing of it is asynchronous. Thread-safe.
 */
public final class HealthServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final List<String> PROXY_HEADERS = List.of("Forwarded", "X-Forwarded-For", "Via");

  /** Numbers only: a name would be looked up, and an empty one taken for this machine. */
  private static final Pattern LOOPBACK =
      Pattern.compile("127(\\.\\d{1,3}){3}|\\[?(::1|(0{1,4}:){7}0{0,3}1)]?");

  private final transient HealthEndpoint endpoint;

  /**
   * A servlet.
   *
   * @param endpoint what answers
   */
  public HealthServlet(HealthEndpoint endpoint) {
    this.endpoint = Checks.notNull("endpoint", endpoint);
  }

  /**
   * Answers whatever method there is: GET and HEAD, and 405 for others.
   *
   * @param request the request
   * @param response the response
   * @throws IOException if the client has gone
   */
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    HealthResponse answer = endpoint
        .below(request.getContextPath())
        .handle(new HealthRequest(
            request.getMethod(),
            target(request),
            accept(request),
            request.getHeader("Authorization"),
            isLocal(request)));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    response.setStatus(answer.status()); // sendError would show the container's page
    answer.headers().forEach(response::setHeader);
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }

  /** The container has decoded the path; a question mark in it begins no query. */
  private static String target(HttpServletRequest request) {
    String info = request.getPathInfo();
    String path = request.getServletPath() + (info == null ? "" : info);
    String query = request.getQueryString();
    return request.getContextPath()
        + (path.isEmpty() ? "/" : path.replace("?", "%3F"))
        + (query == null ? "" : "?" + query);
  }

  private static @Nullable String accept(HttpServletRequest request) {
    List<String> all = Collections.list(request.getHeaders("Accept"));
    return all.isEmpty() ? null : String.join(",", all);
  }

  private static boolean isLocal(HttpServletRequest request) {
    String address = request.getRemoteAddr();
    return address != null
        && LOOPBACK.matcher(address).matches()
        && PROXY_HEADERS.stream().allMatch(header -> request.getHeader(header) == null);
  }
}
