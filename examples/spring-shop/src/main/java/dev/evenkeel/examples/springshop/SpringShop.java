package dev.evenkeel.examples.springshop;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.service.registry.ImportHttpServices;

/** The shop. {@code main} starts it beside its inventory and runs a short scene. */
@SpringBootApplication
@ImportHttpServices(group = "inventory", types = InventoryClient.class)
public class SpringShop {

  private static final String USAGE = """
      mvn -q -pl examples/spring-shop -am compile exec:java [-Dexec.args="OPTIONS"]
        --stay                 stays up after the scene, for curl (Ctrl-C ends it)
        --port N               the shop's port; a free one by default
        --inventory-port N     the inventory's port; a free one by default""";

  /** Runs the scene. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Options options;
    try {
      options = Options.of(arguments);
    } catch (IllegalArgumentException wrong) {
      System.out.println(wrong.getMessage() + "\n" + USAGE);
      return;
    }
    run(options, System.out);
  }

  static void run(Options options, PrintStream out) throws IOException, InterruptedException {
    try (Inventory inventory = new Inventory(options.inventoryPort());
        ConfigurableApplicationContext shop = start(options.port(), inventory)) {
      String url = "http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port");
      new Scene(url, inventory, out).play();
      if (options.stay()) {
        out.println("""

            The shop stays up: curl %1$s/stock/A, %1$s/actuator/evenkeel/inventory,
            %1$s/actuator/health, %1$s/actuator/prometheus; for a browser: %1$s/status.
            Its inventory: curl -X POST %2$s/kill, curl -X POST %2$s/come-back. Ctrl-C ends both.""".formatted(url, inventory.controlUrl()));
        Thread.currentThread().join();
      }
    }
  }

  static ConfigurableApplicationContext start(int port, Inventory inventory) {
    SpringApplication application = new SpringApplication(SpringShop.class);
    application.setDefaultProperties(Map.of(
        "server.port", port, "spring.http.serviceclient.inventory.base-url", inventory.url()));
    return application.run();
  }
}
