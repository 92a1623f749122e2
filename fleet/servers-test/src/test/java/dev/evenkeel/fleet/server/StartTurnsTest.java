package dev.evenkeel.fleet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.failback.FleetDependency;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many nodes that start at once, against a real database. */
class StartTurnsTest {

  private static final int NODES = 100;
  private static final long TURN_NANOS = Duration.ofHours(1).toNanos(); // far more than this takes
  private static final long LONGEST_NANOS = Duration.ofHours(2L * NODES).toNanos();

  @ParameterizedTest
  @EnumSource(Database.class)
  void manyAtOnce_everyTurnIsGivenOnce(Database database) throws Exception {
    FleetStore store = database.newStore();
    AtomicLong random = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Long>> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        FleetDependency catalog =
            Fleet.builder(store).member("m" + i).build().dependency("catalog");
        nodes.add(() -> {
          while (true) {
            long wait = catalog.turn(TURN_NANOS, LONGEST_NANOS, random.addAndGet(2));
            if (wait >= 0) {
              return Math.round(wait / (double) TURN_NANOS);
            }
          }
        });
      }
      List<Long> turns = new ArrayList<>();
      for (Future<Long> turn : threads.invokeAll(nodes)) {
        turns.add(turn.get());
      }
      assertThat(turns).doesNotHaveDuplicates().allMatch(turn -> turn < NODES);
    } finally {
      threads.shutdown();
    }
  }
}
