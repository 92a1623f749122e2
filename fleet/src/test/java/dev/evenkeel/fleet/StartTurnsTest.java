package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.failback.FleetDependency;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Members that start take one turn after the other. */
class StartTurnsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long LONGEST = 600 * SECOND;

  private final ManualKernel kernel = ManualKernel.create();
  private final InProcessFleetStore inner = new InProcessFleetStore(kernel);
  private final FaultyStore store = new FaultyStore(inner);
  private final FleetDependency catalog = Fleet.builder(store).build().dependency("catalog");

  private long turn() throws Exception {
    return catalog.turn(SECOND / 2, LONGEST, kernel.random());
  }

  @Test
  void oneAfterTheOther_byTheStoresClock() throws Exception {
    assertThat(turn()).isZero();
    assertThat(turn()).isEqualTo(SECOND / 2);
    assertThat(turn()).isEqualTo(SECOND);
    kernel.advance(Duration.ofMillis(700));
    assertThat(turn()).isEqualTo(800_000_000L);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(turn()).isZero();
  }

  @Test
  void dependencies_haveTurnsOfTheirOwn() throws Exception {
    assertThat(turn()).isZero();
    FleetDependency prices = Fleet.builder(store).build().dependency("prices");
    assertThat(prices.turn(SECOND, LONGEST, 1)).isZero();
    assertThat(turn()).isEqualTo(SECOND / 2);
  }

  @Test
  void turnWouldComeTooLate_noneIsTaken() throws Exception {
    assertThat(turn()).isZero();
    assertThat(catalog.turn(SECOND, SECOND / 4, 1)).isEqualTo(SECOND / 2);
    assertThat(turn()).isEqualTo(SECOND / 2);
  }

  @Test
  void storeIsDownOrTellsNonsense_isAFault() {
    store.down = true;
    assertThatThrownBy(this::turn).isInstanceOf(IOException.class);
    store.down = false;
    var unused = inner.replace("start~catalog", 0, 7, "<html>");
    assertThatThrownBy(this::turn).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void recordFromFarAway_isTooLateForEverybody() throws Exception {
    var unused = inner.replace("start~catalog", 0, 7, "t1 " + Long.MAX_VALUE);
    assertThat(turn()).isGreaterThan(LONGEST);
  }

  @Test
  void manyAtOnce_everyTurnIsGivenOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        long random = 2L * i;
        tasks.add(() -> {
          while (true) {
            long turn = catalog.turn(SECOND, LONGEST, random);
            if (turn >= 0) {
              return turn / SECOND;
            }
          }
        });
      }
      List<Long> turns = new ArrayList<>();
      for (Future<Long> turn : threads.invokeAll(tasks)) {
        turns.add(turn.get());
      }
      Collections.sort(turns);
      for (int i = 0; i < turns.size(); i++) {
        assertThat(turns.get(i)).isEqualTo(i);
      }
    } finally {
      threads.shutdown();
    }
  }
}
