package dev.evenkeel.healthcheck.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.http.Details;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same endpoint in a container: everything goes over HTTP. */
class HealthServletTest {

  private static final String TOKEN = "correct-horse";

  private final HttpClient client = HttpClient.newHttpClient();
  private final ManualKernel kernel = ManualKernel.create();
  private boolean full;
  private final Health health = Health.builder()
      .kernel(kernel)
      .executor(kernel::execute)
      .check(Check.local("disk", () -> full ? CheckResult.down("full") : CheckResult.up()))
      .start();
  private final HealthEndpoint endpoint =
      HealthEndpoint.of(health).title("Shop").details(Details.withToken(TOKEN));

  private final Server server = new Server();

  /** Starts a container on a free port of this machine, and says where. */
  private URI start(String context, HealthServlet servlet, String mapping) throws Exception {
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler handler = new ServletContextHandler(context.isEmpty() ? "/" : context);
    handler.addServlet(new ServletHolder(servlet), mapping);
    server.setHandler(handler);
    server.start();
    return server.getURI();
  }

  @BeforeEach
  void settle() {
    kernel.advance(Duration.ofSeconds(1));
  }

  @AfterEach
  void end() throws Exception {
    server.stop();
    health.close();
  }

  private HttpResponse<String> send(URI uri, String method, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody());
    return client.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(URI uri, String... headers)
      throws IOException, InterruptedException {
    return send(uri, "GET", headers);
  }

  @Test
  void answers_areTheEndpoints() throws Exception {
    URI root = start("", new HealthServlet(endpoint), "/health/*");

    for (String path :
        List.of("/health", "/health/", "/health/live", "/health/ready?format=html")) {
      HttpResponse<String> answer = get(root.resolve(path));
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(endpoint.handle(path, null).body());
      assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(answer.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type.replace(" ", "").toLowerCase(Locale.ROOT))
              .startsWith(path.endsWith("html") ? "text/html;charset=utf-8" : "application/json"));
    }
  }

  @Test
  void down_is503_withTheEndpointsBody() throws Exception {
    URI root = start("", new HealthServlet(endpoint), "/health/*");
    full = true;
    kernel.advance(Duration.ofSeconds(10));

    HttpResponse<String> answer = get(root.resolve("/health/ready"));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).startsWith("{\"status\":\"DOWN\"");
    assertThat(get(root.resolve("/health/live")).statusCode()).isEqualTo(200);
  }

  @Test
  void accept_isReadFromAllItsLines() throws Exception {
    URI root = start("", new HealthServlet(endpoint), "/health/*");

    HttpResponse<String> answer =
        get(root.resolve("/health"), "Accept", "image/png", "Accept", "application/health+json");

    assertThat(answer.body()).startsWith("{\"status\":\"pass\"");
  }

  @Test
  void head_hasNoBody_andOtherMethodsAre405() throws Exception {
    URI root = start("", new HealthServlet(endpoint), "/health/*");

    HttpResponse<String> head = send(root.resolve("/health"), "HEAD");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("Content-Length"))
        .hasValue(endpoint.handle("/health", null).body().length());
    assertThat(head.body()).isEmpty();
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW")) {
      HttpResponse<String> refused = send(root.resolve("/health"), method);
      assertThat(refused.statusCode()).as(method).isEqualTo(405);
      assertThat(refused.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void unknownGroups_are404() throws Exception {
    URI root = start("", new HealthServlet(endpoint), "/health/*");

    for (String path : List.of("/health/nowhere", "/health/all", "/health/live%3Fstatus=200")) {
      assertThat(get(root.resolve(path)).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void contextAndPathOfOnesOwn_areInTheLinks() throws Exception {
    URI root = start("/shop", new HealthServlet(endpoint.at("/manage/health")), "/manage/health/*");

    assertThat(get(root.resolve("/shop/manage/health/live")).statusCode()).isEqualTo(200);
    assertThat(get(root.resolve("/shop/manage/health"), "Accept", "text/html").body())
        .contains("href=\"/shop/manage/health/ready?format=html\"");
  }

  @Test
  void mappedToOneGroup_itIsThatGroup() throws Exception {
    URI root = start("", new HealthServlet(endpoint), "/health/live");

    assertThat(get(root.resolve("/health/live")).body()).contains("\"group\":\"live\"");
  }

  @Test
  void mappedElsewhere_itSaysSo() throws Exception {
    URI root = start("", new HealthServlet(endpoint), "/status/*");

    assertThat(get(root.resolve("/status")).statusCode()).isEqualTo(404);
  }

  @Test
  void allOfAPort() throws Exception {
    URI root = start("", new HealthServlet(endpoint.at("/")), "/*");

    assertThat(get(root.resolve("/")).body()).contains("\"group\":\"all\"");
    assertThat(get(root.resolve("/live")).body()).contains("\"group\":\"live\"");
  }

  @Test
  void details_areForWhoKnowsTheToken_orIsLocal() throws Exception {
    HealthServlet servlet =
        new HealthServlet(endpoint.details(Details.withToken(TOKEN).or(Details.forLocalCaller())));
    URI uri = start("", servlet, "/health/*").resolve("/health");

    assertThat(get(uri).body()).contains("disk");
    for (String proxy : List.of("Forwarded", "X-Forwarded-For", "Via")) {
      assertThat(get(uri, proxy, "for=192.0.2.7").body()).as(proxy).doesNotContain("disk");
    }
    assertThat(get(uri, "X-Forwarded-For", "192.0.2.7", "Authorization", "Bearer " + TOKEN)
            .body())
        .contains("disk");
  }
}
