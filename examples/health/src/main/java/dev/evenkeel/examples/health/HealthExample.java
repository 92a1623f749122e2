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
   * @param args the port; 8081 by default
   * @throws Exception if the port cannot be had
   */
  public static void main(String... args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8081;
    CountDownLatch stop = new CountDownLatch(1);
    try (Warehouse warehouse = new Warehouse();
        Shop shop = new Shop(warehouse.stock(), port)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(shop, stop)));
      System.out.println("status page   http://localhost:" + shop.port() + "/health");
      System.out.println("probes        curl -i localhost:" + shop.port() + "/health/ready");
      System.out.println("the warehouse dies for " + DEAD_SECONDS + " s every minute");
      boolean dead = false;
      while (!stop.await(dead ? DEAD_SECONDS : WELL_SECONDS, TimeUnit.SECONDS)) {
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
