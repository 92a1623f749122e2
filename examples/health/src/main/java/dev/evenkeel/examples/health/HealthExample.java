package dev.evenkeel.examples.health;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts a shop and its warehouse, and kills the warehouse for 20 s every minute: open
 * http://localhost:8081/health in a browser, and ask with curl what a load balancer asks.
 */
public final class HealthExample {

  private static final int WELL_SECONDS = 40;
  private static final int DEAD_SECONDS = 20;

  private HealthExample() {}

  /**
   * Runs until it is interrupted.
   *
   * @param args the port, 8081 by default; for how many seconds the warehouse is well, 40 by
   *     default; and for how many it is dead, 20 by default
   * @throws Exception if the port cannot be had
   */
  public static void main(String... args) throws Exception {
    int port = argument(args, 0, 8081);
    int well = argument(args, 1, WELL_SECONDS);
    int deadFor = argument(args, 2, DEAD_SECONDS);
    CountDownLatch stop = new CountDownLatch(1);
    try (Warehouse warehouse = new Warehouse();
        Shop shop = new Shop(warehouse.stock(), port)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(shop, stop)));
      System.out.println("status page   http://localhost:" + shop.port() + "/health");
      System.out.println("probes        curl -i localhost:" + shop.port() + "/health/ready");
      System.out.println(
          "the warehouse is well for " + well + " s, dead for " + deadFor + " s, ...");
      boolean dead = false;
      while (!stop.await(dead ? deadFor : well, TimeUnit.SECONDS)) {
        dead = !dead;
        if (dead) {
          warehouse.die();
        } else {
          warehouse.comeBack();
        }
        System.out.println(dead ? "the warehouse is dead" : "the warehouse is back");
      }
    }
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }

  private static void drain(Shop shop, CountDownLatch stop) {
    System.out.println("draining for 5 s: not ready any more, still alive");
    try {
      shop.drain(Duration.ofSeconds(5));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    stop.countDown();
  }
}
