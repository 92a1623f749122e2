package dev.evenkeel.simulator.fleet;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.HealthBuilder;
import dev.evenkeel.healthcheck.SharedGuard;
import dev.evenkeel.simulator.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A database that every node depends on hangs for two minutes. Three of ten requests need it; every
 * node's readiness reads it. What needs the database fails meanwhile, whatever the guard does: a
 * breaker makes it fail fast. The question is what becomes of the other seven.
 */
final class SharedOutage implements Users.Service {

  static final int NODES = 10;

  private static final String DATABASE = "orders-db";
  private static final int RATE = 1_000;
  private static final double NEED_IT = 0.3;
  private static final Duration WORK = Duration.ofMillis(10);
  private static final Duration QUERY = Duration.ofMillis(10);
  private static final Duration DIES = Duration.ofMinutes(1);
  private static final Duration RETURNS = Duration.ofMinutes(3);
  private static final Duration END = Duration.ofMinutes(4);

  /** A guard that never opens, as if there were none. */
  static final SharedGuard NO_GUARD = new SharedGuard(1, Duration.ofDays(1), 1);

  private final VirtualTime time;
  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Pipeline> pipelines = new ArrayList<>();
  private final Users users;

  /**
   * A fleet.
   *
   * @param dependencies how many shared ones readiness reads; the first of them dies
   * @param signal whether nodes know how others are doing
   */
  SharedOutage(long seed, SharedGuard guard, int dependencies, boolean signal) {
    time = new VirtualTime(seed);
    kernel = time.kernel();
    chance = time.stream(0);
    for (int i = 0; i < NODES; i++) {
      nodes.add(node(i, guard, dependencies, signal));
      pipelines.add(Pipeline.builder(DATABASE)
          .policies(Timeout.ofMillis(300), CircuitBreaker.standard())
          .kernel(kernel)
          .build());
    }
    users = new Users(
        kernel, time.stream(1), new LoadBalancer(nodes, kernel, time.stream(2)), this, RATE, END);
  }

  private Node node(int index, SharedGuard guard, int dependencies, boolean signal) {
    HealthBuilder builder = Node.health(kernel).guard(guard);
    builder.check(Check.shared(DATABASE, this::ping).groups(Group.READY));
    for (int i = 1; i < dependencies; i++) {
      builder.check(Check.shared("other-" + i, () -> {}).groups(Group.READY));
    }
    if (signal) {
      builder.fleet(new Others(nodes, index));
    }
    return new Node(builder.start());
  }

  private boolean isDead() {
    long now = kernel.nanoTime();
    return now >= DIES.toNanos() && now < RETURNS.toNanos();
  }

  private void ping() throws IOException {
    if (isDead()) {
      throw new IOException("no answer");
    }
  }

  /** Hangs while it is dead. */
  private CompletableFuture<Boolean> query() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    if (!isDead()) {
      after(QUERY, () -> answer.complete(true));
    }
    return answer;
  }

  private void after(Duration mean, Runnable task) {
    var unused = kernel.schedule(kernel.nanoTime() + chance.exponentialNanos(mean), task);
  }

  @Override
  public void answer(Node node, Consumer<Boolean> answered) {
    boolean needsIt = chance.unit() < NEED_IT;
    Pipeline pipeline = pipelines.get(nodes.indexOf(node));
    after(WORK, () -> {
      if (needsIt) {
        var unused = pipeline
            .callAsync(this::query)
            .whenComplete((answer, failure) -> answered.accept(failure == null));
      } else {
        answered.accept(true);
      }
    });
  }

  FleetResult run() {
    time.runUntil(END);
    return new FleetResult(
        users.servedShare(DIES, RETURNS),
        users.servedShare(RETURNS, END),
        users.leastInService(DIES, RETURNS),
        users.secondsWithout(NODES, DIES, END));
  }
}
