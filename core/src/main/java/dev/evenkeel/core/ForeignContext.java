package dev.evenkeel.core;

import dev.evenkeel.core.ContextCarrier.Scope;
import dev.evenkeel.core.ContextCarrier.Snapshot;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** What all {@link ContextCarrier}s have captured for one call. */
final class ForeignContext {

  private static final Faults FAULTS = new Faults("context carriers");

  /** Without any, the compiler sees a constant and leaves out what follows. */
  private static final ContextCarrier[] CARRIERS = find().toArray(ContextCarrier[]::new);

  private final Snapshot[] snapshots;

  private ForeignContext(List<Snapshot> snapshots) {
    this.snapshots = snapshots.toArray(Snapshot[]::new);
  }

  /** Looks for carriers now and not in the first call, which may be on a virtual thread. */
  static void prepare() {
    // Initializing the class is all.
  }

  private static List<ContextCarrier> find() {
    List<ContextCarrier> found = new ArrayList<>(1);
    try {
      Iterator<ContextCarrier> carriers = ServiceLoader.load(
              ContextCarrier.class, ContextCarrier.class.getClassLoader())
          .iterator();
      while (carriers.hasNext()) {
        found.add(carriers.next());
      }
    } catch (Throwable broken) {
      FAULTS.report("finding them", broken, "calls go on with those before it");
    }
    return found;
  }

  /** What is in force on this thread; null if there is nothing, or nobody carries it. */
  static @Nullable ForeignContext capture() {
    return CARRIERS.length == 0 ? null : captureAll();
  }

  private static @Nullable ForeignContext captureAll() {
    List<Snapshot> snapshots = new ArrayList<>(CARRIERS.length);
    for (ContextCarrier carrier : CARRIERS) {
      try {
        Snapshot snapshot = carrier.capture();
        if (snapshot != null) {
          snapshots.add(snapshot);
        }
      } catch (Throwable fault) {
        FAULTS.report("capture", fault, "the call goes on without what it carries");
      }
    }
    return snapshots.isEmpty() ? null : new ForeignContext(snapshots);
  }

  /** Puts it in force on this thread, until it is closed there. */
  Scope open() {
    Scope[] scopes = new Scope[snapshots.length];
    for (int i = 0; i < snapshots.length; i++) {
      try {
        scopes[i] = snapshots[i].open();
      } catch (Throwable fault) {
        FAULTS.report("open", fault, "the call goes on without what it carries");
        scopes[i] = () -> {};
      }
    }
    return () -> close(scopes);
  }

  private static void close(Scope[] scopes) {
    for (int i = scopes.length - 1; i >= 0; i--) {
      try {
        scopes[i].close();
      } catch (Throwable fault) {
        FAULTS.report("close", fault, "the thread may keep what it carried");
      }
    }
  }
}
