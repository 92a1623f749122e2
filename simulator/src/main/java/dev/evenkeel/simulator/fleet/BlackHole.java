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
 * Nodes that answer with an error, at once, for five minutes; no check sees why. One of ten that
 * does so with every request: the load balancer prefers whoever has the fewest requests in flight,
 * and that is the broken one. Or all ten with six of ten requests, for a reason that nobody checks.
 */
final class BlackHole implements Users.Service {

  static final int NODES = 10;

  private static final int RATE = 1_000;
  private static final Duration ANSWER = Duration.ofMillis(50);
  private static final Duration ERROR = Duration.ofMillis(2);
  private static final Duration BREAKS = Duration.ofMinutes(1);
  private static final Duration MENDED = Duration.ofMinutes(6);
  private static final Duration END = Duration.ofMinutes(7);

  private final VirtualTime time;
  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final int broken;
  private final double errorShare;
  private final boolean guarded;
  private final List<Node> nodes = new ArrayList<>();
  private final List<BlackHoleGuard> guards = new ArrayList<>();
  private final Users users;

  /**
   * A fleet.
   *
   * @param broken how many nodes break
   * @param errorShare the share of the requests that a broken one fails
   */
  BlackHole(long seed, int broken, double errorShare, boolean guarded, boolean signal) {
    this.broken = broken;
    this.errorShare = errorShare;
    this.guarded = guarded;
    time = new VirtualTime(seed);
    kernel = time.kernel();
    chance = time.stream(0);
    for (int i = 0; i < NODES; i++) {
      BlackHoleGuard guard = BlackHoleGuard.standard();
      guards.add(guard);
      HealthBuilder builder = Node.health(kernel);
      if (guarded) {
        builder.blackHole(guard);
      }
      if (signal) {
        builder.fleet(new Others(nodes, i));
      }
      nodes.add(new Node(builder.start()));
    }
    users = new Users(
        kernel, time.stream(1), new LoadBalancer(nodes, kernel, time.stream(2)), this, RATE, END);
  }

  @Override
  public void answer(Node node, Consumer<Boolean> answered) {
    long begun = kernel.nanoTime();
    int index = nodes.indexOf(node);
    boolean isBroken = index < broken && begun >= BREAKS.toNanos() && begun < MENDED.toNanos();
    boolean error = isBroken && chance.unit() < errorShare;
    long end = begun + chance.exponentialNanos(error ? ERROR : ANSWER);
    var unused = kernel.schedule(end, () -> {
      if (guarded) {
        guards.get(index).answered(error, Duration.ofNanos(end - begun));
      }
      answered.accept(!error);
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
