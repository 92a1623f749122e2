package dev.evenkeel.examples.journey;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends requests through gateway, orders and stock, and orders through gateway, orders, a queue and
 * shipping into a database, all of them processes of their own, and shows each one's trace with the
 * time that was left at each hop. {@code mvn -q -pl examples/journey -am compile exec:java}; the
 * same as a page in {@code target/journey.html}. With {@code -Dexec.args="--broker
 * amqp://guest:guest@127.0.0.1:5672 --database
 * jdbc:postgresql://127.0.0.1:5432/test?user=postgres"} the broker and the database are real ones.
 */
public final class Journey {

  private final List<Scene> scenes = new ArrayList<>();

  private Journey() {}

  /**
   * Runs it.
   *
   * @param arguments see {@link Options}
   * @throws Exception if a process cannot be started, an order is lost or the page not be written
   */
  public static void main(String[] arguments) throws Exception {
    Options options = Options.parse(arguments);
    write(play(options), options.page());
    System.out.println("\nThe same as a page: " + options.page());
  }

  /** Writes scenes as a page. */
  static void write(List<Scene> scenes, Path file) throws IOException {
    Page page = new Page();
    scenes.forEach(page::scene);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, page.html());
  }

  /** Plays and prints all scenes. */
  static List<Scene> play(Options options) throws Exception {
    HopLog log = new HopLog();
    Journey journey = new Journey();
    try (Servers servers = Servers.start(options);
        Child stock = new Child(log::add, Service.class, "stock");
        Child shipping = shipping(log, servers);
        Child orders = new Child(
            log::add,
            Service.class,
            "orders",
            stock.await("PORT"),
            servers.broker(),
            servers.name());
        Child gateway = new Child(log::add, Service.class, "gateway", orders.await("PORT"));
        OpenTelemetrySdk telemetry = Telemetry.sdk("client", log::add)) {
      Front front = new Front(telemetry, gateway.await("PORT"));
      journey.requests(new RequestScenes(front, log));
      shipping.await("STATE");
      journey.orders(new OrderScenes(front, log, servers));
      journey.add(new OutageScene(front, servers, shipping, options.quick()).play());
    }
    return journey.scenes;
  }

  private static Child shipping(HopLog log, Servers servers) throws IOException {
    return new Child(
        log::add,
        Shipping.class,
        servers.broker(),
        servers.name(),
        servers.databaseUrl(),
        servers.name());
  }

  private void requests(RequestScenes requests) throws InterruptedException {
    requests.warmUp();
    add(requests.allIsWell());
    add(requests.slow());
    add(requests.givenUp());
    add(requests.overload());
  }

  private void orders(OrderScenes orders) throws Exception {
    orders.warmUp();
    add(orders.allIsWell());
    add(orders.expired());
    add(orders.cut());
  }

  private void add(Scene scene) {
    System.out.print(scene.text());
    scenes.add(scene);
  }
}
