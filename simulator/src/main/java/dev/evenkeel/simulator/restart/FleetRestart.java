package dev.evenkeel.simulator.restart;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.failback.Rejoin;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.simulator.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * S11: nodes start within half a second of each other, and each makes 200 calls to a dependency
 * that is used to three quarters by others; they may take another fifth of its capacity. A node has
 * 16 calls under way at most, and makes one that failed again after about a second.
 */
final class FleetRestart {

  static final double HEADROOM = 0.2 * Dependency.CAPACITY;

  private static final int START_CALLS = 200;
  private static final double OTHERS = 0.75 * Dependency.CAPACITY;
  private static final int UNDER_WAY = 16;
  private static final long SECOND = 1_000_000_000L;
  private static final Duration EXCHANGE = Duration.ofMillis(5);
  private static final double OBSERVED = 3; // times the shortest time

  private final int nodes;
  private final RestartCase which;
  private final VirtualTime time;
  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final Dependency dependency;
  private final long beginNanos = 10 * SECOND;
  private final double shortestSeconds;
  private final int seconds;
  private final int[] sent; // start-up calls in each tenth of a second
  private final double[] readyAt;
  private final StartStore store;
  private int ready;
  private long others;
  private long othersLost;

  FleetRestart(RestartCase which, int nodes, long seed) {
    this.which = which;
    this.nodes = nodes;
    time = new VirtualTime(seed, EXCHANGE);
    kernel = time.kernel();
    chance = time.stream(0);
    dependency = new Dependency(kernel, time.stream(1));
    shortestSeconds = nodes * START_CALLS / HEADROOM;
    seconds = 20 + (int) Math.ceil(OBSERVED * shortestSeconds);
    sent = new int[10 * seconds + 10];
    readyAt = new double[nodes];
    Arrays.fill(readyAt, Double.POSITIVE_INFINITY);
    double loss = switch (which) {
      case STORE_AWAY -> 1;
      case STORE_LOSSY -> 0.1;
      default -> 0;
    };
    store = new StartStore(kernel, time.stream(2), loss, seconds + 1);
  }

  RestartResult run() {
    other();
    for (int node = 0; node < nodes; node++) {
      int number = node;
      after((long) (chance.unit() * SECOND / 2) + beginNanos, () -> start(number));
    }
    for (int second = 0; second < seconds && ready < nodes; second++) {
      time.runUntil(Duration.ofSeconds(second));
    }
    double[] sorted = readyAt.clone();
    Arrays.sort(sorted);
    return new RestartResult(
        ready,
        sorted[nodes - 1] / shortestSeconds,
        sorted[(nodes - 1) / 2] / shortestSeconds,
        peak() / HEADROOM,
        (double) othersLost / Math.max(1, others),
        store.mostCalls());
  }

  private void after(long nanos, Runnable task) {
    var unused = kernel.schedule(kernel.nanoTime() + nanos, task);
  }

  /** The usual traffic of others. */
  private void other() {
    after(chance.exponentialNanos(Duration.ofNanos((long) (SECOND / OTHERS))), () -> {
      boolean counts = kernel.nanoTime() >= beginNanos;
      var unused = dependency.call().thenAccept(good -> {
        others += counts ? 1 : 0;
        othersLost += counts && !good ? 1 : 0;
      });
      other();
    });
  }

  private void start(int number) {
    new Node(number, rejoin(number)).begin();
  }

  private @Nullable Rejoin rejoin(int number) {
    if (which == RestartCase.WITHOUT) {
      return null;
    }
    Rejoin.Builder builder = Rejoin.builder("dependency")
        .startCalls(START_CALLS)
        .headroom(HEADROOM)
        .nodes(nodes)
        .maxWait(Duration.ofMinutes(15))
        .kernel(kernel);
    if (which.isShared()) {
      builder.sharedBy(Fleet.builder(store).member("m" + number).build().dependency("dependency"));
    }
    return builder.start();
  }

  private final class Node {

    private final int number;
    private final @Nullable Rejoin rejoin;
    private int toMake = START_CALLS;
    private int toSucceed = START_CALLS;

    Node(int number, @Nullable Rejoin rejoin) {
      this.number = number;
      this.rejoin = rejoin;
    }

    void begin() {
      for (int i = 0; i < UNDER_WAY; i++) {
        next();
      }
    }

    private void next() {
      if (toMake > 0) {
        toMake--;
        make();
      }
    }

    private void make() {
      CompletableFuture<Boolean> answer =
          rejoin == null ? send() : rejoin.callAsync(FleetRestart.this::send);
      var unused = answer.thenAccept(good -> {
        if (good) {
          succeeded();
        } else {
          after((long) (SECOND * (0.5 + chance.unit())), this::make);
        }
      });
    }

    private void succeeded() {
      toSucceed--;
      if (toSucceed == 0) {
        ready++;
        readyAt[number] = (kernel.nanoTime() - beginNanos) / 1e9;
        if (rejoin != null) {
          rejoin.ready();
        }
      }
      next();
    }
  }

  private CompletableFuture<Boolean> send() {
    sent[(int) (kernel.nanoTime() / (SECOND / 10))]++;
    return dependency.call();
  }

  /** The most of any ten tenths of a second. */
  private double peak() {
    int most = 0;
    int last = 0;
    for (int i = 0; i < sent.length; i++) {
      last += sent[i] - (i < 10 ? 0 : sent[i - 10]);
      most = Math.max(most, last);
    }
    return most;
  }
}
