package dev.evenkeel.examples.journey;

import dev.evenkeel.core.Kernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Orders keep coming while shipping's database goes away and comes back. */
final class OutageScene {

  private static final Duration TICK = Duration.ofMillis(50);
  private static final int TICKS_A_MOMENT = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Front front;
  private final Servers servers;
  private final Child shipping;
  private final int healthyTicks;
  private final int awayTicks;

  private final Kernel kernel = Kernel.system();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final List<Scene.Second> seconds = new ArrayList<>();
  private long begin;
  private int tick;
  private boolean away;
  private int shippedBefore;
  private int placedBefore;
  private int placed;

  OutageScene(Front front, Servers servers, Child shipping, boolean quick) {
    this.front = front;
    this.servers = servers;
    this.shipping = shipping;
    healthyTicks = ticks(quick ? 3 : 5);
    awayTicks = ticks(quick ? 3 : 8);
  }

  private static int ticks(int seconds) {
    return (int) (Duration.ofSeconds(seconds).toNanos() / TICK.toNanos());
  }

  /**
   * Plays it.
   *
   * @throws IllegalStateException if an order was lost
   */
  Scene play() throws Exception {
    shippedBefore = servers.shipped().size();
    begin = kernel.nanoTime();
    placeUntil(() -> tick >= healthyTicks);
    servers.network().cut();
    away = true;
    placeUntil(() -> tick >= healthyTicks + awayTicks && shipping.said("STATE").contains("PAUSED"));
    servers.network().restore();
    away = false;
    placeUntil(() -> state().equals("CONSUMING"));
    long until = kernel.nanoTime() + PATIENCE.toNanos();
    while (kernel.nanoTime() - until < 0 && (unanswered.get() > 0 || !missing().isEmpty())) {
      nextTick();
    }
    look();
    return scene();
  }

  private void placeUntil(BooleanSupplier end) throws Exception {
    long until = kernel.nanoTime() + PATIENCE.toNanos();
    while (!end.getAsBoolean() && kernel.nanoTime() - until < 0) {
      place();
      nextTick();
    }
  }

  private void nextTick() throws Exception {
    if (++tick % TICKS_A_MOMENT == 0) {
      look();
    }
    kernel.sleepUntil(begin + tick * TICK.toNanos());
  }

  private void place() {
    String id = "outage-" + placed++;
    unanswered.incrementAndGet();
    var unused = front
        .placeAsync(new Order(id, 0, false), PATIENCE.multipliedBy(2))
        .whenComplete((answer, failure) -> {
          if (answer != null && answer.statusCode() == Service.ACCEPTED) {
            accepted.add(id);
          }
          unanswered.decrementAndGet();
        });
  }

  private Set<String> missing() throws Exception {
    Set<String> missing = new HashSet<>(accepted);
    missing.removeAll(servers.shipped());
    return missing;
  }

  private String state() {
    List<String> states = shipping.said("STATE");
    return states.get(states.size() - 1);
  }

  private void look() throws Exception {
    int shipped = servers.shipped().size();
    seconds.add(new Scene.Second(
        Duration.ofNanos(kernel.nanoTime() - begin).toMillis(),
        placed - placedBefore,
        shipped - shippedBefore,
        servers.queued(),
        state(),
        away));
    shippedBefore = shipped;
    placedBefore = placed;
  }

  private Scene scene() throws Exception {
    Set<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "orders: " + missing.size() + " were lost (expected: none): " + missing);
    }
    return new Scene(
        "The database is away: shipping pauses, and ramps when it is back",
        "20 orders a second. They wait in the queue, where other nodes could take them; one a"
            + " time is the probe. " + accepted.size() + " accepted, none lost.",
        List.of(),
        List.copyOf(seconds));
  }
}
