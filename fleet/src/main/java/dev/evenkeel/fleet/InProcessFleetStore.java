package dev.evenkeel.fleet;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory: for several pipelines of one process that guard the same dependency, and for
 * tests. Thread-safe.
 */
public final class InProcessFleetStore implements FleetStore {

  private record Entry(long version, String text, long atNanos) {}

  private static final class Dependency {
    @Nullable Entry shared;

    final Map<String, Entry> reports = new HashMap<>();
  }

  private final Kernel kernel;
  private final Map<String, Dependency> dependencies = new HashMap<>(); // guarded by this

  /** Creates an empty store that goes by the clock of this process. */
  public InProcessFleetStore() {
    this(Kernel.system());
  }

  /**
   * Creates an empty store.
   *
   * @param kernel whose clock it goes by
   */
  public InProcessFleetStore(Kernel kernel) {
    this.kernel = Checks.notNull("kernel", kernel);
  }

  @Override
  public synchronized Shared exchange(String dependency, String member, @Nullable String report) {
    Dependency entry = of(dependency);
    long now = kernel.nanoTime();
    if (report != null) {
      entry.reports.put(member, new Entry(0, report, now));
    }
    Entry shared = entry.shared;
    return shared == null
        ? Shared.NONE
        : new Shared(shared.version, shared.text, Duration.ofNanos(now - shared.atNanos));
  }

  @Override
  public synchronized List<Report> reports(String dependency, Duration youngerThan) {
    long now = kernel.nanoTime();
    List<Report> young = new ArrayList<>();
    of(dependency).reports.forEach((member, entry) -> {
      Duration age = Duration.ofNanos(now - entry.atNanos);
      if (age.compareTo(youngerThan) < 0) {
        young.add(new Report(member, entry.text, age));
      }
    });
    return young;
  }

  @Override
  public synchronized boolean replace(
      String dependency, long expectedVersion, long newVersion, String text) {
    Dependency entry = of(dependency);
    Entry shared = entry.shared;
    if ((shared == null ? 0 : shared.version) != expectedVersion) {
      return false;
    }
    entry.shared = new Entry(newVersion, text, kernel.nanoTime());
    return true;
  }

  @Override
  public synchronized void remove(String dependency, String member, Duration olderThan) {
    long now = kernel.nanoTime();
    Map<String, Entry> reports = of(dependency).reports;
    reports.remove(member);
    reports
        .values()
        .removeIf(entry -> Duration.ofNanos(now - entry.atNanos).compareTo(olderThan) >= 0);
  }

  /** Forgets everything, as a store that was restarted does. */
  public synchronized void wipe() {
    dependencies.clear();
  }

  private Dependency of(String name) {
    return dependencies.computeIfAbsent(name, ignored -> new Dependency());
  }

  @Override
  public String toString() {
    return "in-process";
  }
}
