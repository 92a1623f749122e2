package dev.evenkeel.simulator;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.InProcessFleetStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The store of a run, in its time: with losses, an outage, and members that lie to it. */
final class SimFleetStore implements FleetStore {

  private static final String PREFIX = "m";

  private final Kernel kernel;
  private final InProcessFleetStore store;
  private final double loss;
  private final long downFromNanos;
  private final long downUntilNanos;
  private final boolean isWiped;
  private final int liars;
  private boolean wiped;
  long calls;

  SimFleetStore(Scenario scenario, Kernel kernel) {
    this.kernel = kernel;
    store = new InProcessFleetStore(kernel);
    loss = scenario.number(Field.STORE_LOSS);
    downFromNanos = scenario.atNanos(Field.STORE_OUTAGE_AT);
    downUntilNanos = downFromNanos + scenario.nanos(Field.STORE_OUTAGE);
    isWiped = scenario.is(Field.STORE_WIPED, "yes");
    liars = scenario.count(Field.LIARS);
  }

  static String name(int client) {
    return PREFIX + client;
  }

  private boolean lies(String member) {
    String number = member.substring(PREFIX.length(), member.indexOf('#'));
    return Integer.parseInt(number) < liars;
  }

  private void pass() throws IOException {
    calls++;
    long now = kernel.nanoTime();
    if (now >= downFromNanos && now < downUntilNanos) {
      throw new IOException("the store is down");
    }
    if (isWiped && !wiped && now >= downUntilNanos) {
      wiped = true;
      store.wipe();
    }
    if (loss > 0 && (kernel.random() >>> 11) * 0x1.0p-53 < loss) {
      throw new IOException("lost on the way");
    }
  }

  @Override
  public Shared exchange(String dependency, String member, @Nullable String report)
      throws IOException {
    pass();
    boolean lies = liars > 0 && lies(member);
    return store.exchange(dependency, member, report != null && lies ? lie(report) : report);
  }

  /** A thousand times the traffic, all of it failed, and that slowly. */
  private static String lie(String report) {
    String[] words = report.split(" ", -1);
    for (int i : new int[] {3, 4, 7, 9, 13, 16, 17, 18}) {
      words[i] = words[i].contains(".")
          ? Double.toString(1_000 * (1 + Double.parseDouble(words[i])))
          : Long.toString(1_000 * (1 + Long.parseLong(words[i])));
    }
    return String.join(" ", words);
  }

  @Override
  public List<Report> reports(String dependency, Duration youngerThan) throws IOException {
    pass();
    return store.reports(dependency, youngerThan);
  }

  @Override
  public boolean replace(String dependency, long expectedVersion, long newVersion, String text)
      throws IOException {
    pass();
    return store.replace(dependency, expectedVersion, newVersion, text);
  }

  @Override
  public void remove(String dependency, String member, Duration olderThan) throws IOException {
    pass();
    store.remove(dependency, member, olderThan);
  }
}
