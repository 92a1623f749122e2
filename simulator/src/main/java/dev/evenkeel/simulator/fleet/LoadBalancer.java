package dev.evenkeel.simulator.fleet;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.simulator.VirtualTime;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Probes each node as Kubernetes does with the manifest of {@code examples/health}, every 5 s and
 * out after one failure, and sends a request to the one in service with the fewest requests in
 * flight, by chance among equals. If none is in service it has nowhere to send it: Kubernetes has
 * no panic mode.
 */
final class LoadBalancer {

  static final Duration PROBE_PERIOD = Duration.ofSeconds(5);

  private final List<Node> nodes;
  private final Kernel kernel;
  private final VirtualTime.Stream chance;

  LoadBalancer(List<Node> nodes, Kernel kernel, VirtualTime.Stream chance) {
    this.nodes = nodes;
    this.kernel = kernel;
    this.chance = chance;
    for (Node node : nodes) { // each at its own moment
      probeIn(node, (long) (chance.unit() * PROBE_PERIOD.toNanos()));
    }
  }

  private void probeIn(Node node, long nanos) {
    var unused = kernel.schedule(kernel.nanoTime() + nanos, () -> {
      node.probe();
      probeIn(node, PROBE_PERIOD.toNanos());
    });
  }

  int inService() {
    return (int) nodes.stream().filter(Node::isInService).count();
  }

  @Nullable Node pick() {
    Node best = null;
    int equals = 0;
    for (Node node : nodes) {
      if (!node.isInService() || (best != null && node.inFlight() > best.inFlight())) {
        continue;
      }
      equals = best != null && node.inFlight() == best.inFlight() ? equals + 1 : 1;
      if (chance.unit() * equals < 1) {
        best = node;
      }
    }
    return best;
  }
}
