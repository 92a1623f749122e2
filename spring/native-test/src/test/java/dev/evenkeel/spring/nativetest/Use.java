package dev.evenkeel.spring.nativetest;

import dev.evenkeel.spring.EnvironmentSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.springframework.context.ApplicationContext;

/** Uses every part of the application, over HTTP. */
final class Use {

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  private Use(String url) {
    this.url = url;
  }

  static void everything(ApplicationContext application) throws Exception {
    Use use = new Use(
        "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port"));
    use.get("/page", "unknown later mono b unknown failed failed failed");
    use.get("/actuator/evenkeel", "\"inventory\"");
    use.get("/actuator/health", "\"evenkeel\"");
    use.get("/actuator/metrics/evenkeel.calls", "inventory");
    use.post("{\"action\": \"force-open\", \"expiry\": \"10m\", \"reason\": \"test\"}");
    use.get("/actuator/evenkeel/inventory", "FORCED_OPEN");
    use.post("{\"action\": \"reset\", \"expiry\": \"10m\", \"reason\": \"test\"}");
    use.post("{\"action\": \"set\", \"settings\": \"timeout.duration=1s\", \"expiry\": \"10m\","
        + " \"reason\": \"test\"}");
    var unused = application.getBean(EnvironmentSettings.class).refresh();
  }

  private void get(String path, String expected) throws Exception {
    check(HttpRequest.newBuilder(URI.create(url + path)).build(), expected);
  }

  private void post(String change) throws Exception {
    check(
        HttpRequest.newBuilder(URI.create(url + "/actuator/evenkeel/inventory"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(change))
            .build(),
        "inventory");
  }

  private void check(HttpRequest request, String expected) throws Exception {
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200 || !answer.body().contains(expected)) {
      throw new IllegalStateException(request + ": " + answer.statusCode() + " " + answer.body()
          + " (expected: " + expected + ")");
    }
  }
}
