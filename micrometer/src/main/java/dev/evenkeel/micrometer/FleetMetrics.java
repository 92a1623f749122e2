package dev.evenkeel.micrometer;

import dev.evenkeel.core.Checks;
import dev.evenkeel.failback.FleetView;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The metrics of this process's place in a fleet; needs {@code evenkeel-fleet}.
 *
 * <pre>{@code
 * FleetMetrics.of(fleet).bindTo(meterRegistry);
 * }</pre>
 *
 * <ul>
 *   <li>{@code evenkeel.fleet.dependencies}, gauge, tag {@code state}: how many of the breakers
 *       that share are {@code alone}, {@code closed}, {@code open} or {@code ramping} with their
 *       fleet. Alone for longer than some seconds: the store does not answer.
 *   <li>{@code evenkeel.fleet.members}, gauge: of the largest of these fleets
 *   <li>{@code evenkeel.fleet.leading}, gauge: for how many of them this process decides
 *   <li>{@code evenkeel.fleet.exchanges}, counter, tag {@code outcome}: {@code success} or
 *       {@code failure}, which is an exchange that took too long too
 * </ul>
 *
 * <p>What a breaker lets through is {@code evenkeel.circuitbreaker.share}, as without a fleet. The
 * number of series does not grow with that of the breakers. Read when a scrape asks; nothing on the
 * way of a call. Thread-safe.
 */
public final class FleetMetrics implements MeterBinder {

  private final Fleet fleet;
  private final Tags tags;

  private FleetMetrics(Fleet fleet, Tags tags) {
    this.fleet = fleet;
    this.tags = tags;
  }

  /**
   * Metrics without more tags.
   *
   * @param fleet whose
   * @return to be bound to a registry of meters
   */
  public static FleetMetrics of(Fleet fleet) {
    return new FleetMetrics(Checks.notNull("fleet", fleet), Tags.empty());
  }

  /**
   * Metrics with tags that all of them have besides their own: needed to tell them apart in a
   * process with several fleets.
   *
   * @param fleet whose
   * @param tags of all meters
   * @return to be bound to a registry of meters
   */
  public static FleetMetrics of(Fleet fleet, Iterable<Tag> tags) {
    return new FleetMetrics(Checks.notNull("fleet", fleet), Tags.of(Checks.notNull("tags", tags)));
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (FleetView.Kind kind : FleetView.Kind.values()) {
      Gauge.builder("evenkeel.fleet.dependencies", fleet, of -> count(of, kind))
          .description("Breakers that share and are in a state with their fleet")
          .tags(tags.and("state", kind.name().toLowerCase(Locale.ROOT)))
          .register(registry);
    }
    Gauge.builder("evenkeel.fleet.members", fleet, FleetMetrics::members)
        .description("Breakers that share a dependency: of the largest fleet")
        .tags(tags)
        .register(registry);
    Gauge.builder("evenkeel.fleet.leading", fleet, FleetMetrics::leading)
        .description("Dependencies for which this process decides")
        .tags(tags)
        .register(registry);
    exchanges(registry, "failure", Fleet::failedExchanges);
    exchanges(registry, "success", of -> of.exchanges() - of.failedExchanges());
  }

  private void exchanges(MeterRegistry registry, String outcome, ToLongFunction<Fleet> count) {
    FunctionCounter.builder("evenkeel.fleet.exchanges", fleet, of -> (double) count.applyAsLong(of))
        .description("Exchanges with the store")
        .tags(tags.and("outcome", outcome))
        .register(registry);
  }

  private static double count(Fleet fleet, FleetView.Kind kind) {
    return fleet.status().stream().filter(status -> status.kind() == kind).count();
  }

  private static double members(Fleet fleet) {
    return fleet.status().stream().mapToLong(FleetStatus::members).max().orElse(0);
  }

  private static double leading(Fleet fleet) {
    return fleet.status().stream().filter(FleetStatus::isLeading).count();
  }
}
