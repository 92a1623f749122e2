package dev.evenkeel.simulator.fleet;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.BlackHoleGuard;
import dev.evenkeel.healthcheck.HealthBuilder;
import dev.evenkeel.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One node of ten answers every request with an error, at once, for five minutes; no check sees it.
 * The load balancer prefers whoever has the fewest requests in flight, and that is the broken one.
 */
final class BlackHole implements Users.Service {

  static final int NODES = 10;

  private static final int RATE = 1_000;
  private static final Duration ANSWER = Duration.ofMillis(50);
  private static final Duration ERROR = Duration.ofMillis(2);
  private static final Duration BREAKS = Duration.ofSeconds(60);
  private static final Duration MENDED = Duration.ofSeconds(360);
  private static final Duration END = Duration.ofSeconds(420);

  private final VirtualTime time;
  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final boolean guarded;
  private final List<Node> nodes = new ArrayList<>();
  private final List<BlackHoleGuard> guards = new ArrayList<>();
  private final Users users;

  BlackHole(long seed, boolean guarded) {
    this.guarded = guarded;
    time = new VirtualTime(seed);
    kernel = time.kernel();
    chance = time.stream(0);
    for (int i = 0; i < NODES; i++) {
      BlackHoleGuard guard = BlackHoleGuard.standard();
      guards.add(guard);
      HealthBuilder builder = Node.health(kernel);
      nodes.add(new Node((guarded ? builder.blackHole(guard) : builder).start()));
    }
    users = new Users(
        kernel, time.stream(1), new LoadBalancer(nodes, kernel, time.stream(2)), this, RATE, END);
  }

  @Override
  public void answer(Node node, Consumer<Boolean> answered) {
    long begun = kernel.nanoTime();
    int index = nodes.indexOf(node);
    boolean broken = index == 0 && begun >= BREAKS.toNanos() && begun < MENDED.toNanos();
    long end = begun + chance.exponentialNanos(broken ? ERROR : ANSWER);
    var unused = kernel.schedule(end, () -> {
      if (guarded) {
        guards.get(index).answered(broken, Duration.ofNanos(end - begun));
      }
      answered.accept(!broken);
    });
  }

  FleetResult run() {
    time.runUntil(END);
    return new FleetResult(
        users.servedShare(BREAKS, MENDED),
        users.servedShare(MENDED, END),
        users.leastInService(BREAKS, MENDED),
        users.secondsWithout(NODES, BREAKS, END));
  }
}
