package dev.evenkeel.examples.journey;

import dev.evenkeel.core.Kernel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The hops of which the processes have told. Thread-safe. */
final class HopLog {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Hop> hops = new CopyOnWriteArrayList<>();

  void add(Hop hop) {
    hops.add(hop);
  }

  void clear() {
    hops.clear();
  }

  /**
   * The hops of the request that the client sent last. One is told of when it has ended, so one may
   * have to wait for them.
   *
   * @param count how many there are if all is as it should be
   */
  List<Hop> await(int count) throws InterruptedException {
    Kernel kernel = Kernel.system();
    long until = kernel.nanoTime() + PATIENCE.toNanos();
    List<Hop> trace = lastTrace();
    while (trace.size() < count && kernel.nanoTime() - until < 0) {
      kernel.sleepUntil(kernel.nanoTime() + Duration.ofMillis(10).toNanos());
      trace = lastTrace();
    }
    return trace;
  }

  private List<Hop> lastTrace() {
    String trace = hops.stream()
        .filter(hop -> hop.service().equals("client"))
        .map(Hop::trace)
        .reduce("", (earlier, later) -> later);
    return hops.stream().filter(hop -> hop.trace().equals(trace)).toList();
  }
}
