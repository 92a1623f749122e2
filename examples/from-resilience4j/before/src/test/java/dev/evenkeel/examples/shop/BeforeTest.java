package dev.evenkeel.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.examples.fromresilience4j.Inventory;
import dev.evenkeel.examples.fromresilience4j.Requests;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The shop as it was, with Resilience4j's starter. */
class BeforeTest {

  @Test
  void answers_areAsWrittenDown() throws Exception {
    try (Inventory inventory = new Inventory();
        ConfigurableApplicationContext shop = SpringApplication.run(
            ShopApplication.class, "--server.port=0", "--inventory.url=" + inventory.url())) {
      String url = "http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port");
      Requests.Seen seen = new Requests(url, inventory).play();
      Files.writeString(Path.of("target/seen-before.txt"), seen + "\n");
      assertThat(seen.answers()).isEqualTo(Files.readAllLines(Path.of("../answers.txt")));
    }
  }
}
