package dev.evenkeel.simulator.restart;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.InProcessFleetStore;
import dev.evenkeel.simulator.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store in virtual time that is away, loses what it is asked, or is slow enough that nodes which
 * read the same version meet when they replace it.
 */
final class StartStore implements FleetStore {

  /** Between a node's read and its write. */
  private static final long READ_TO_WRITE_NANOS = Duration.ofMillis(5).toNanos();

  private final Kernel kernel;
  private final InProcessFleetStore store;
  private final VirtualTime.Stream chance;
  private final double loss;
  private final int[] calls;
  private long replacedNanos = -READ_TO_WRITE_NANOS;

  StartStore(Kernel kernel, VirtualTime.Stream chance, double loss, int seconds) {
    this.kernel = kernel;
    this.chance = chance;
    this.loss = loss;
    store = new InProcessFleetStore(kernel);
    calls = new int[seconds];
  }

  private void pass() throws IOException {
    calls[(int) (kernel.nanoTime() / 1_000_000_000L)]++;
    if (chance.unit() < loss) {
      throw new IOException("lost on the way");
    }
  }

  int mostCalls() {
    int most = 0;
    for (int count : calls) {
      most = Math.max(most, count);
    }
    return most;
  }

  @Override
  public Shared exchange(String dependency, String member, @Nullable String report)
      throws IOException {
    pass();
    return store.exchange(dependency, member, report);
  }

  @Override
  public boolean replace(String dependency, long expectedVersion, long newVersion, String text)
      throws IOException {
    pass();
    long now = kernel.nanoTime();
    if (now - replacedNanos < READ_TO_WRITE_NANOS) {
      return false; // what it had read was old by then
    }
    replacedNanos = now;
    return store.replace(dependency, expectedVersion, newVersion, text);
  }

  @Override
  public List<Report> reports(String dependency, Duration youngerThan) {
    return store.reports(dependency, youngerThan);
  }

  @Override
  public void remove(String dependency, String member, Duration olderThan) {
    store.remove(dependency, member, olderThan);
  }
}
