package dev.evenkeel.examples.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class ShopTest {

  @Test
  void pipelineThatIsShown_warnsOfNothing() throws Exception {
    try (Shop shop = new Shop(URI.create("http://127.0.0.1:9/"), 0)) { // nobody listens there
      assertThat(shop.inventory.warnings()).isEmpty();
    }
  }
}
