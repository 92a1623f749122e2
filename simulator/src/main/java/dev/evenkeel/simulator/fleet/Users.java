package dev.evenkeel.simulator.fleet;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.simulator.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/** Sends requests, at a constant rate by chance, and counts by the second how they end. */
final class Users {

  /** How a node answers. */
  interface Service {
    /** Calls back once, with whether it was an answer rather than an error. */
    void answer(Node node, Consumer<Boolean> answered);
  }

  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final LoadBalancer balancer;
  private final Service service;
  private final Duration meanGap;
  private final int[] asked;
  private final int[] served;
  private final int[] leastInService;

  Users(
      Kernel kernel,
      VirtualTime.Stream chance,
      LoadBalancer balancer,
      Service service,
      int ratePerSecond,
      Duration end) {
    this.kernel = kernel;
    this.chance = chance;
    this.balancer = balancer;
    this.service = service;
    this.meanGap = Duration.ofNanos(1_000_000_000L / ratePerSecond);
    int seconds = (int) end.toSeconds() + 1;
    asked = new int[seconds];
    served = new int[seconds];
    leastInService = new int[seconds];
    Arrays.fill(leastInService, Integer.MAX_VALUE);
    next();
  }

  private void next() {
    var unused =
        kernel.schedule(kernel.nanoTime() + chance.exponentialNanos(meanGap), this::request);
  }

  private void request() {
    next();
    int second = (int) (kernel.nanoTime() / 1_000_000_000L);
    asked[second]++;
    leastInService[second] = Math.min(leastInService[second], balancer.inService());
    Node node = balancer.pick();
    if (node == null) {
      return; // 503 from the load balancer itself
    }
    node.begin();
    service.answer(node, good -> {
      node.end();
      if (good) {
        served[second]++;
      }
    });
  }

  /** The share of the requests of these seconds that was answered. */
  double servedShare(Duration from, Duration to) {
    long all = 0;
    long good = 0;
    for (int second = (int) from.toSeconds(); second < to.toSeconds(); second++) {
      all += asked[second];
      good += served[second];
    }
    return good / (double) all;
  }

  /** The fewest nodes in service in these seconds. */
  int leastInService(Duration from, Duration to) {
    return Arrays.stream(leastInService, (int) from.toSeconds(), (int) to.toSeconds())
        .min()
        .orElseThrow();
  }

  /** For how many of these seconds a node or more was out. */
  int secondsWithout(int nodes, Duration from, Duration to) {
    return (int) Arrays.stream(leastInService, (int) from.toSeconds(), (int) to.toSeconds())
        .filter(least -> least < nodes)
        .count();
  }
}
