package dev.evenkeel.examples.springshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What was changed at the actuator ends when its time is over, whether anybody can be asked or not.
 */
class EndpointGoneTest {

  @Test
  void change_isUndone_thoughTheServerIsDown() throws Exception {
    try (Inventory inventory = new Inventory(0);
        ConfigurableApplicationContext shop = SpringShop.start(0, inventory)) {
      Pipeline pipeline = shop.getBean(Pipelines.class).find("inventory").orElseThrow();
      assertThat(change(shop).statusCode()).isEqualTo(200);
      assertThat(pipeline.version()).isEqualTo(2);

      ((WebServerApplicationContext) shop).getWebServer().stop();
      assertThat(comesTrue(() -> pipeline.version() == 3)).isTrue();
      assertThat(pipeline.describe()).contains("timeout(400 ms)");
    }
  }

  private static HttpResponse<String> change(ConfigurableApplicationContext shop)
      throws IOException, InterruptedException {
    String url = "http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port");
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url + "/actuator/evenkeel/inventory"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                    "{\"action\": \"set\", \"settings\": \"timeout.duration=300ms\","
                        + " \"expiry\": \"2s\", \"reason\": \"a test\"}"))
                .build(),
            BodyHandlers.ofString());
  }

  private static boolean comesTrue(BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(60)) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }
}
