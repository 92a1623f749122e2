package dev.evenkeel.fleet;

import dev.evenkeel.core.Faults;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the listener what happened; noted under locks, told without. Thread-safe. */
final class Notices {

  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  private final Queue<FleetChange> waiting = new ConcurrentLinkedQueue<>();
  private final Consumer<FleetChange> listener;
  private final boolean logged;
  private final Faults faults = new Faults("fleet");

  Notices(Consumer<FleetChange> listener, boolean logged) {
    this.listener = listener;
    this.logged = logged;
  }

  static String text(Throwable fault) {
    String message = fault.getMessage();
    return fault.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  void add(FleetChange change) {
    waiting.add(change);
  }

  void deliver() {
    for (FleetChange change = waiting.poll(); change != null; change = waiting.poll()) {
      try {
        log(change);
        listener.accept(change);
      } catch (Throwable fault) {
        faults.report("fleet listener", fault, "it is told of the next change");
      }
    }
  }

  private void log(FleetChange change) {
    if (!logged) {
      return;
    }
    switch (change.kind()) {
      case DEGRADED ->
        LOG.warn("{}: fleet: goes on alone: {}", change.dependency(), change.reason());
      case RECOVERED ->
        LOG.info("{}: fleet: with the others again: {}", change.dependency(), change.reason());
      case FORGOTTEN ->
        LOG.warn(
            "{}: fleet: {}; what was known is kept for now", change.dependency(), change.reason());
    }
  }

  void dropped(String dependency, String member, IllegalArgumentException garbage) {
    faults.report("report of " + member + " for " + dependency, garbage, "it is left out");
  }

  void interrupted() {
    LOG.debug("an exchange was interrupted");
  }
}
