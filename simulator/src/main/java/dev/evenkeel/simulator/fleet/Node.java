package dev.evenkeel.simulator.fleet;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.CheckSnapshot;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.HealthBuilder;
import dev.evenkeel.healthcheck.http.HealthEndpoint;

/** One instance, as the load balancer sees it: its endpoint, and what it has sent there. */
final class Node {

  private final Health health;
  private final HealthEndpoint endpoint;
  private int inFlight;
  private boolean inService = true;

  Node(Health health) {
    this.health = health;
    this.endpoint = HealthEndpoint.of(health);
  }

  /** As a builder on the simulation's time. */
  static HealthBuilder health(Kernel kernel) {
    return Health.builder().kernel(kernel).executor(kernel::execute);
  }

  /** As a readiness probe does. */
  void probe() {
    inService = endpoint.handle("/health/ready", null).status() == 200;
  }

  boolean isInService() {
    return inService;
  }

  int inFlight() {
    return inFlight;
  }

  void begin() {
    inFlight++;
  }

  void end() {
    inFlight--;
  }

  /** Whether the last look of a check was bad. */
  boolean sees(String check) {
    return health.snapshot().checks().stream()
        .filter(one -> one.name().equals(check))
        .anyMatch(Node::isFailing);
  }

  private static boolean isFailing(CheckSnapshot check) {
    return check.failuresInARow() > 0;
  }
}
