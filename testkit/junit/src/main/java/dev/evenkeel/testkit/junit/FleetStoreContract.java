package dev.evenkeel.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.FleetStore.Report;
import dev.evenkeel.fleet.FleetStore.Shared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a {@link FleetStore} must do well, as tests: put a store of your own under it by extending
 * it in your tests. Needs {@code evenkeel-fleet} on the class path.
 *
 * <pre>{@code
 * class MyStoreTest extends FleetStoreContract {
 *   @Override
 *   protected FleetStore newStore() {
 *     return new MyStore();
 *   }
 * }
 * }</pre>
 */
public abstract class FleetStoreContract {

  private static final String INVENTORY = "inventory";
  private static final String ORDERS = "orders";
  private static final Duration YOUNG = Duration.ofHours(1);
  private static final int THREADS = 2;
  private static final int ROUNDS = 20;

  private FleetStore store;

  /** Creates the contract. */
  protected FleetStoreContract() {}

  /**
   * An empty store.
   *
   * @return nothing of any test before is in it
   * @throws Exception if there is none
   */
  protected abstract FleetStore newStore() throws Exception;

  @BeforeEach
  void beginEmpty() throws Exception {
    store = newStore();
  }

  @Test
  void exchange_emptyStore_hasNoRecord() throws Exception {
    assertThat(store.exchange(INVENTORY, "a", null)).isEqualTo(Shared.NONE);
    assertThat(store.reports(INVENTORY, YOUNG)).isEmpty();
  }

  @Test
  void exchange_report_isReadByOthersAndReplacesTheLast() throws Exception {
    var unused = store.exchange(INVENTORY, "a", "first");
    unused = store.exchange(INVENTORY, "b", "other");
    unused = store.exchange(INVENTORY, "a", "second");
    assertThat(texts(INVENTORY)).containsExactlyInAnyOrder("a second", "b other");
  }

  @Test
  void exchange_withoutReport_keepsTheLast() throws Exception {
    var unused = store.exchange(INVENTORY, "a", "first");
    unused = store.exchange(INVENTORY, "a", null);
    assertThat(texts(INVENTORY)).containsExactly("a first");
  }

  @Test
  void exchange_dependencies_areApart() throws Exception {
    assertThat(store.replace(INVENTORY, 0, 7, "of inventory")).isTrue();
    assertThat(store.replace(ORDERS, 0, 8, "of orders")).isTrue();
    assertThat(store.exchange(INVENTORY, "a", "r").text()).isEqualTo("of inventory");
    Shared orders = store.exchange(ORDERS, "b", "s");
    assertThat(orders.text()).isEqualTo("of orders");
    assertThat(orders.version()).isEqualTo(8);
    assertThat(texts(ORDERS)).containsExactly("b s");
  }

  @Test
  void replace_noRecordExpected_createsOnlyOnce() throws Exception {
    assertThat(store.replace(INVENTORY, 0, 7, "first")).isTrue();
    assertThat(store.replace(INVENTORY, 0, 8, "second")).isFalse();
    assertThat(store.exchange(INVENTORY, "a", null).text()).isEqualTo("first");
  }

  @Test
  void replace_noRecord_isNotReplacedByVersion() throws Exception {
    assertThat(store.replace(INVENTORY, 7, 8, "late")).isFalse();
    assertThat(store.exchange(INVENTORY, "a", null)).isEqualTo(Shared.NONE);
  }

  /** A process that was stopped and goes on must not write what it has known before. */
  @Test
  void replace_staleVersion_changesNothing() throws Exception {
    assertThat(store.replace(INVENTORY, 0, 7, "first")).isTrue();
    assertThat(store.replace(INVENTORY, 7, 8, "second")).isTrue();
    assertThat(store.replace(INVENTORY, 7, 9, "late")).isFalse();
    Shared shared = store.exchange(INVENTORY, "a", null);
    assertThat(shared.text()).isEqualTo("second");
    assertThat(shared.version()).isEqualTo(8);
  }

  @Test
  void replace_anyVersion_isKeptExactly() throws Exception {
    long[] versions = {1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53 | 1};
    long expected = 0;
    for (long version : versions) {
      assertThat(store.replace(INVENTORY, expected, version, "v" + version)).isTrue();
      assertThat(store.exchange(INVENTORY, "a", null).version()).isEqualTo(version);
      expected = version;
    }
  }

  /** Many want to lead at the same moment. */
  @Test
  void replace_sameVersionFromManyThreads_oneSucceeds() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(winners(threads, round, round + 1)).as("of round %s", round).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private int winners(ExecutorService threads, long expected, long next) throws Exception {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      writers.add(() -> {
        together.await(1, TimeUnit.MINUTES);
        return store.replace(INVENTORY, expected, next, "x");
      });
    }
    int winners = 0;
    for (Future<Boolean> writer : threads.invokeAll(writers)) {
      winners += writer.get() ? 1 : 0;
    }
    return winners;
  }

  @Test
  void texts_ofTheLongestLength_areKept() throws Exception {
    String name = "n".repeat(FleetStore.MOST_NAME_CHARACTERS);
    String text = "t".repeat(FleetStore.MOST_CHARACTERS);
    assertThat(store.replace(name, 0, 7, text)).isTrue();
    assertThat(store.exchange(name, name, text).text()).isEqualTo(text);
    assertThat(texts(name)).containsExactly(name + " " + text);
  }

  @Test
  void names_thatDifferInCaseOnly_areApart() throws Exception {
    assertThat(store.replace("Inventory", 0, 7, "upper")).isTrue();
    assertThat(store.exchange(INVENTORY, "a", "small")).isEqualTo(Shared.NONE);
    var unused = store.exchange(INVENTORY, "A", "large");
    assertThat(texts(INVENTORY)).containsExactlyInAnyOrder("a small", "A large");
  }

  @Test
  void ages_areNotNegativeAndSmall() throws Exception {
    assertThat(store.replace(INVENTORY, 0, 7, "x")).isTrue();
    Shared shared = store.exchange(INVENTORY, "a", "r");
    assertThat(shared.age()).isBetween(Duration.ZERO, YOUNG);
    assertThat(store.reports(INVENTORY, YOUNG))
        .allSatisfy(report -> assertThat(report.age()).isBetween(Duration.ZERO, YOUNG));
  }

  @Test
  void reports_olderOnes_areLeftOut() throws Exception {
    var unused = store.exchange(INVENTORY, "a", "r");
    assertThat(store.reports(INVENTORY, Duration.ZERO)).isEmpty();
  }

  @Test
  void remove_member_takesItsReportAlone() throws Exception {
    var unused = store.exchange(INVENTORY, "a", "r");
    unused = store.exchange(INVENTORY, "b", "s");
    store.remove(INVENTORY, "a", YOUNG);
    assertThat(texts(INVENTORY)).containsExactly("b s");
  }

  @Test
  void remove_outdated_takesThemToo() throws Exception {
    var unused = store.exchange(INVENTORY, "a", "r");
    unused = store.exchange(ORDERS, "b", "s");
    store.remove(INVENTORY, "nobody", Duration.ZERO);
    assertThat(texts(INVENTORY)).isEmpty();
    assertThat(texts(ORDERS)).containsExactly("b s");
  }

  private List<String> texts(String dependency) throws Exception {
    return store.reports(dependency, YOUNG).stream()
        .map((Report report) -> report.member() + " " + report.text())
        .toList();
  }
}
