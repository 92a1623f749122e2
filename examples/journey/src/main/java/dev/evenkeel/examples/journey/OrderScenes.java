package dev.evenkeel.examples.journey;

import dev.evenkeel.core.Kernel;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Orders: by HTTP to orders, through the queue to shipping, into the database. */
final class OrderScenes {

  /** Client, gateway twice, orders, and the message's producer and consumer. */
  private static final int HOPS = 6;

  /** A transaction and its statement. */
  private static final int DATABASE_HOPS = 2;

  private static final int WARM_UP = 20;
  private static final int TRIES = 5;
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Front front;
  private final HopLog log;
  private final Servers servers;
  private int placed;

  OrderScenes(Front front, HopLog log, Servers servers) {
    this.front = front;
    this.log = log;
    this.servers = servers;
  }

  private Order order(long packMillis, boolean slow) {
    return new Order("order-" + placed++, packMillis, slow);
  }

  /** As with requests: not what is to be seen. */
  void warmUp() throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      front.place(order(0, false), LONG);
    }
    awaitShipped(WARM_UP);
    log.clear();
  }

  private void awaitShipped(int count) throws SQLException, InterruptedException {
    Kernel kernel = Kernel.system();
    long until = kernel.nanoTime() + LONG.toNanos();
    while (servers.shipped().size() < count && kernel.nanoTime() - until < 0) {
      Service.work(20);
    }
  }

  Scene allIsWell() throws InterruptedException {
    return scene(
        "An order: by HTTP, through the queue, into the database",
        "The client has its answer when the order is in the queue. The trace goes on, and so does"
            + " the deadline of 2,000 ms.",
        HOPS + DATABASE_HOPS,
        () -> front.place(order(20, false), Duration.ofSeconds(2)));
  }

  /** Shipping is busy for longer than the order has. */
  Scene expired() throws InterruptedException {
    return again(
        () -> scene(
            "An order expires in the queue",
            "Shipping packs the order before it for 2,500 ms, and this one has 1,000. It is dropped"
                + " before anybody works on it (250 ms late, as clocks differ).",
            HOPS,
            () -> {
              front.place(order(2_500, false), LONG);
              return front.place(order(0, false), Duration.ofSeconds(1));
            }),
        "expired",
        "process");
  }

  Scene cut() throws InterruptedException {
    return again(
        () -> scene(
            "A slow statement is cut at the order's deadline",
            "The database wants 3 s for what has 1,000 ms. The statement is cancelled, the"
                + " transaction rolled back, the connection of use for the next order.",
            HOPS + DATABASE_HOPS,
            () -> front.place(order(0, true), Duration.ofSeconds(1))),
        "timeout",
        "SELECT");
  }

  private interface Attempt {
    String run() throws InterruptedException;
  }

  private interface Play {
    Scene run() throws InterruptedException;
  }

  private Scene scene(String title, String note, int hops, Attempt attempt)
      throws InterruptedException {
    String answer = attempt.run();
    List<Tree.Row> rows = Tree.rows(log.await(hops));
    log.clear();
    return new Scene(title, note + " The client got: " + answer + ".", rows);
  }

  /** On a machine that is very busy an order may be late before it comes to what is to be seen. */
  private static Scene again(Play play, String expected, String hop) throws InterruptedException {
    Scene scene = play.run();
    for (int i = 1; i < TRIES && !scene.outcome("shipping", hop).equals(expected); i++) {
      scene = play.run();
    }
    return scene;
  }
}
