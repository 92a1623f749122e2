package dev.evenkeel.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipelines;
import dev.evenkeel.examples.fromresilience4j.Inventory;
import dev.evenkeel.examples.fromresilience4j.Requests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The shop as it is, with Evenkeel's starter: first with Resilience4j's keys, then with its own.
 */
class AfterTest {

  private static Requests.Seen seen(String name, String... options) throws Exception {
    try (Inventory inventory = new Inventory()) {
      List<String> arguments = new ArrayList<>(List.of(options));
      arguments.add("--server.port=0");
      arguments.add("--inventory.url=" + inventory.url());
      try (ConfigurableApplicationContext shop =
          SpringApplication.run(ShopApplication.class, arguments.toArray(new String[0]))) {
        assertThat(shop.getBean(Pipelines.class).all())
            .extracting(pipeline -> pipeline.name())
            .containsExactlyInAnyOrder("stock", "price", "report");
        String url = "http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port");
        Requests.Seen seen = new Requests(url, inventory).play();
        Files.writeString(Path.of("target/seen-" + name + ".txt"), seen + "\n");
        return seen;
      }
    }
  }

  private static List<String> writtenDown() throws Exception {
    return Files.readAllLines(Path.of("../answers.txt"));
  }

  @Test
  void answers_withTheKeysOfResilience4j_areAsWrittenDown() throws Exception {
    assertThat(seen(
                "resilience4j-keys",
                "--spring.config.location=file:../before/src/main/resources/application.yml",
                "--evenkeel.resilience4j-keys=true",
                "--evenkeel.pipelines.stock.circuit-breaker.failback.max-cooldown=1s")
            .answers())
        .isEqualTo(writtenDown());
  }

  @Test
  void answers_withOwnKeys_areAsWrittenDown() throws Exception {
    assertThat(seen("own-keys").answers()).isEqualTo(writtenDown());
  }
}
