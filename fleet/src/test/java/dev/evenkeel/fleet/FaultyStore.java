package dev.evenkeel.fleet;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store to which things happen. */
final class FaultyStore implements FleetStore {

  private final InProcessFleetStore store;
  boolean down;
  boolean garbage;
  boolean freezeInReports;
  boolean replacedAfterFreeze;
  private boolean frozen;
  Runnable freeze = () -> {};
  long calls;

  FaultyStore(InProcessFleetStore store) {
    this.store = store;
  }

  private void pass() throws IOException {
    calls++;
    if (down) {
      throw new IOException("down");
    }
  }

  void wipe() {
    store.wipe();
  }

  @Override
  public Shared exchange(String dependency, String member, @Nullable String report)
      throws IOException {
    pass();
    frozen = false; // another process
    Shared shared = store.exchange(dependency, member, report);
    return garbage ? new Shared(shared.version(), "<html>", shared.age()) : shared;
  }

  @Override
  public List<Report> reports(String dependency, Duration youngerThan) throws IOException {
    pass();
    List<Report> reports = store.reports(dependency, youngerThan);
    if (freezeInReports) {
      freezeInReports = false;
      frozen = true;
      freeze.run();
    }
    return reports;
  }

  @Override
  public boolean replace(String dependency, long expectedVersion, long newVersion, String text)
      throws IOException {
    pass();
    replacedAfterFreeze |= frozen;
    return store.replace(dependency, expectedVersion, newVersion, text);
  }

  @Override
  public void remove(String dependency, String member, Duration olderThan) throws IOException {
    pass();
    store.remove(dependency, member, olderThan);
  }
}
