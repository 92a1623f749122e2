package dev.evenkeel.testkit.junit;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.InProcessFleetStore;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A store with one flaw. */
final class FlawedFleetStore implements FleetStore {

  enum Flaw {
    NONE,
    LAST_WRITER_WINS,
    CREATES_TWICE,
    TWO_STEPS,
    ONE_FOR_ALL,
    FORGETS_LISTENERS,
    IGNORES_AGE,
    CUTS_TEXTS,
    REMOVES_ALL,
    ROUNDS_VERSIONS,
    IGNORES_CASE
  }

  private final Flaw flaw;
  private final FleetStore store = new InProcessFleetStore();
  private final CyclicBarrier bothHaveChecked = new CyclicBarrier(2);

  FlawedFleetStore(Flaw flaw) {
    this.flaw = flaw;
  }

  private String name(String name) {
    return switch (flaw) {
      case ONE_FOR_ALL -> "all";
      case IGNORES_CASE -> name.toLowerCase(Locale.ROOT);
      default -> name;
    };
  }

  private String text(String text) {
    return flaw == Flaw.CUTS_TEXTS ? text.substring(0, Math.min(255, text.length())) : text;
  }

  @Override
  public Shared exchange(String dependency, String member, @Nullable String report)
      throws Exception {
    if (report == null && flaw == Flaw.FORGETS_LISTENERS) {
      store.remove(name(dependency), member, Duration.ofDays(1));
    }
    return store.exchange(name(dependency), member, report == null ? null : text(report));
  }

  @Override
  public List<Report> reports(String dependency, Duration youngerThan) throws Exception {
    return store.reports(
        name(dependency), flaw == Flaw.IGNORES_AGE ? Duration.ofDays(1) : youngerThan);
  }

  private long present(String dependency) throws Exception {
    return store.exchange(name(dependency), "reader", null).version();
  }

  @Override
  public boolean replace(String dependency, long expectedVersion, long newVersion, String text)
      throws Exception {
    long version = flaw == Flaw.ROUNDS_VERSIONS ? (long) (double) newVersion : newVersion;
    long expected = expectedVersion;
    switch (flaw) {
      case LAST_WRITER_WINS -> expected = present(dependency);
      case CREATES_TWICE -> expected = expected == 0 ? present(dependency) : expected;
      case TWO_STEPS -> {
        boolean same = present(dependency) == expected;
        awaitTheOther();
        if (!same) {
          return false;
        }
        return write(dependency, version, text);
      }
      default -> {}
    }
    return store.replace(name(dependency), expected, version, text(text));
  }

  private synchronized boolean write(String dependency, long version, String text)
      throws Exception {
    return store.replace(name(dependency), present(dependency), version, text);
  }

  private void awaitTheOther() throws InterruptedException, TimeoutException {
    try {
      bothHaveChecked.await(1, TimeUnit.MINUTES);
    } catch (BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void remove(String dependency, String member, Duration olderThan) throws Exception {
    store.remove(name(dependency), member, flaw == Flaw.REMOVES_ALL ? Duration.ZERO : olderThan);
  }
}
