package dev.evenkeel.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.fleet.InProcessFleetStore;
import dev.evenkeel.testkit.ManualKernel;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetMetricsTest {

  /** Of docs/metrics.md; each is registered as it says. */
  static final List<String> ROWS = List.of(
      "| `evenkeel.fleet.dependencies` | gauge | `state` | Breakers that share and are in a state"
          + " with their fleet |",
      "| `evenkeel.fleet.members` | gauge |  | Breakers that share a dependency: of the largest"
          + " fleet |",
      "| `evenkeel.fleet.leading` | gauge |  | Dependencies for which this process decides |",
      "| `evenkeel.fleet.exchanges` | counter | `outcome` | Exchanges with the store |");

  private final ManualKernel kernel = ManualKernel.withSeed(7);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicBoolean down = new AtomicBoolean();
  private final FleetStore store = new FleetStore() {

    private final FleetStore working = new InProcessFleetStore(kernel);

    private FleetStore store() throws IOException {
      if (down.get()) {
        throw new IOException("down");
      }
      return working;
    }

    @Override
    public Shared exchange(String dependency, String member, @Nullable String report)
        throws Exception {
      return store().exchange(dependency, member, report);
    }

    @Override
    public List<Report> reports(String dependency, Duration youngerThan) throws Exception {
      return store().reports(dependency, youngerThan);
    }

    @Override
    public boolean replace(String dependency, long expected, long next, String text)
        throws Exception {
      return store().replace(dependency, expected, next, text);
    }

    @Override
    public void remove(String dependency, String member, Duration olderThan) throws Exception {
      store().remove(dependency, member, olderThan);
    }
  };

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private double exchanges(String outcome) {
    FunctionCounter counter =
        registry.get("evenkeel.fleet.exchanges").tags("outcome", outcome).functionCounter();
    return counter.count();
  }

  private void join(Fleet fleet) {
    var unused = Pipeline.builder("inventory")
        .kernel(kernel)
        .policies(CircuitBreaker.standard().sharedBy(fleet.dependency("inventory")))
        .build();
  }

  @Test
  void membersAndStore_areSeen() {
    Fleet fleet = Fleet.builder(store).member("a").build();
    FleetMetrics.of(fleet, Tags.of("zone", "1a")).bindTo(registry);
    assertThat(gauge("evenkeel.fleet.members", "zone", "1a")).isZero(); // nobody has joined yet
    join(fleet);
    join(fleet);
    kernel.advance(Duration.ofMinutes(2));
    assertThat(gauge("evenkeel.fleet.dependencies", "state", "closed")).isEqualTo(2);
    assertThat(gauge("evenkeel.fleet.members")).isEqualTo(2);
    double good = exchanges("success");
    assertThat(good).isPositive();
    assertThat(exchanges("failure")).isZero();

    down.set(true);
    kernel.advance(Duration.ofMinutes(2));
    assertThat(gauge("evenkeel.fleet.dependencies", "state", "alone")).isEqualTo(2);
    assertThat(gauge("evenkeel.fleet.dependencies", "state", "closed")).isZero();
    assertThat(gauge("evenkeel.fleet.leading")).isBetween(0.0, 2.0);
    assertThat(exchanges("success")).isEqualTo(good);
    assertThat(exchanges("failure")).isPositive();
  }

  @Test
  void everyMeter_isAsThePageSays() {
    FleetMetrics.of(Fleet.builder(store).build()).bindTo(registry);
    assertThat(registry.getMeters().stream().map(FleetMetricsTest::row).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(ROWS);
  }

  private static String row(Meter meter) {
    String tags = meter.getId().getTags().stream()
        .map(tag -> "`" + tag.getKey() + "`")
        .collect(Collectors.joining(", "));
    return "| `" + meter.getId().getName() + "` | "
        + (meter instanceof Gauge ? "gauge" : "counter") + " | " + tags + " | "
        + meter.getId().getDescription() + " |";
  }
}
