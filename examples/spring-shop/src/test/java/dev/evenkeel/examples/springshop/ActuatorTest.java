package dev.evenkeel.examples.springshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipelines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The actuator of a running application, over HTTP, as curl asks it. */
class ActuatorTest {

  private static Inventory inventory;
  private static ConfigurableApplicationContext shop;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws IOException {
    inventory = new Inventory(0);
    shop = SpringShop.start(0, inventory);
  }

  @AfterAll
  static void stop() {
    shop.close();
    inventory.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(
        "http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port") + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String pipeline, String json)
      throws IOException, InterruptedException {
    return client.send(
        request("/actuator/evenkeel/" + pipeline)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void pipelinesThatAreShown_warnOfNothing() {
    assertThat(shop.getBean(Pipelines.class).all())
        .isNotEmpty()
        .allSatisfy(pipeline -> assertThat(pipeline.warnings()).isEmpty());
  }

  @Test
  void pipelines_areShown() throws Exception {
    assertThat(get("/actuator/evenkeel").body())
        .startsWith("{\"pipelines\":{\"inventory\":{\"observeOnly\":false,\"policies\":[");
    assertThat(get("/actuator/evenkeel/inventory").body())
        .contains("\"describe\":[\"inventory\",\"-> total-timeout(900 ms)\"")
        .contains("\"policy\":\"circuit-breaker\"");
    assertThat(get("/actuator/evenkeel/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void breaker_isTakenInHand_andSeenInTheHealth() throws Exception {
    HttpResponse<String> answer = post(
        "inventory",
        "{\"action\": \"force-open\", \"expiry\": \"10m\", \"reason\": \"maintenance\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"before\":\"CLOSED\"", "\"after\":\"FORCED_OPEN\"")
        .contains("\"atTheExpiry\":\"back through probes and a ramp\"");
    assertThat(get("/stock/A").body()).isEqualTo("A: unknown, not asked");
    HttpResponse<String> health = get("/actuator/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains("\"evenkeel\":{")
        .contains("\"state\":\"FORCED_OPEN\"")
        .contains("\"why\":\"by hand: maintenance (by an anonymous caller");
    assertThat(get("/actuator/health/evenkeel/inventory").body()).contains("\"status\":\"UP\"");
    assertThat(get("/actuator/evenkeel/inventory").body())
        .contains("\"override\":{\"action\":\"force-open\",\"secondsLeft\":")
        .contains("\"type\":\"state-change\"");

    assertThat(
            post("inventory", "{\"action\": \"reset\", \"expiry\": \"1m\", \"reason\": \"done\"}")
                .statusCode())
        .isEqualTo(200);
    assertThat(get("/stock/A").body()).isEqualTo("A: 7 pieces");
  }

  @Test
  void settings_areShownAndChanged() throws Exception {
    assertThat(get("/actuator/evenkeel/inventory").body())
        .contains("{\"key\":\"timeout.duration\",\"value\":\"400ms\",\"origin\":"
            + "\"class path resource [application.properties] - ");
    HttpResponse<String> changed = post(
        "inventory",
        "{\"action\": \"set\", \"settings\": \"timeout.duration=300ms; retry.max-attempts=3\","
            + " \"expiry\": \"1h\", \"reason\": \"they are slow\"}");
    assertThat(changed.body())
        .contains("timeout.duration=400ms -> 300ms", "retry.max-attempts=2 -> 3");
    assertThat(get("/actuator/evenkeel/inventory").body())
        .contains("-> timeout(300 ms)", "actuator, by an anonymous caller: they are slow");
    HttpResponse<String> refused = post(
        "inventory",
        "{\"action\": \"set\", \"settings\": \"timeout.duratoin=1s\", \"expiry\": \"1h\","
            + " \"reason\": \"x\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("did you mean timeout.duration?");
  }

  @Test
  void wrongRequests_areAnsweredWithWhatIsExpected() throws Exception {
    HttpResponse<String> noExpiry =
        post("inventory", "{\"action\": \"force-open\", \"reason\": \"maintenance\"}");
    assertThat(noExpiry.statusCode()).isEqualTo(400);
    assertThat(noExpiry.body()).contains("expiry: missing (expected: a time with its unit");
    HttpResponse<String> unknown =
        post("nothing", "{\"action\": \"reset\", \"expiry\": \"1m\", \"reason\": \"x\"}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("expected: one of [inventory]");
  }
}
