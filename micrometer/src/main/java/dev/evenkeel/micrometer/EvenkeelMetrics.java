package dev.evenkeel.micrometer;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipelines;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The metrics of all pipelines of a registry, those that are made later too.
 *
 * <pre>{@code
 * EvenkeelMetrics.of(pipelines).bindTo(meterRegistry);
 * }</pre>
 *
 * <p>Calls, attempts, refusals and retries are counted one by one, without a look at the clock.
 * Durations are taken of every call of a pipeline with up to 1,000 calls a second, and of a busier
 * one of one call in 64, at random; {@link Builder#timeEveryCall} times all. So rates come from the
 * counters, and percentiles from the timers. Every meter is listed in {@link EvenkeelMeter} and in
 * {@code docs/metrics.md}. The meters of a pipeline go when it leaves the registry.
 *
 * <p>Thread-safe.
 */
public final class EvenkeelMetrics implements MeterBinder, AutoCloseable {

  private final Pipelines pipelines;
  private final Builder settings;
  private final List<Binding> bindings = new CopyOnWriteArrayList<>();

  private EvenkeelMetrics(Pipelines pipelines, Builder settings) {
    this.pipelines = pipelines;
    this.settings = settings;
  }

  /**
   * Metrics with the defaults.
   *
   * @param pipelines whose
   * @return to be bound to a registry of meters
   */
  public static EvenkeelMetrics of(Pipelines pipelines) {
    return builder(pipelines).build();
  }

  /**
   * A builder.
   *
   * @param pipelines whose metrics
   * @return a builder with the defaults
   */
  public static Builder builder(Pipelines pipelines) {
    return new Builder(Checks.notNull("pipelines", pipelines));
  }

  /**
   * Adds the meters of all pipelines to a registry, and from now on those of each that is made. May
   * be called for several registries. What happened before is not counted.
   *
   * @param registry the registry of meters
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    Binding binding = new Binding(Checks.notNull("registry", registry), settings);
    bindings.add(binding);
    pipelines.addListener(binding);
  }

  /** Takes the meters out of the registries and the listeners out of the pipelines. */
  @Override
  public void close() {
    for (Binding binding : bindings) {
      boolean unused = pipelines.removeListener(binding);
      binding.close();
    }
    bindings.clear();
  }

  /** Builds {@link EvenkeelMetrics}. Not thread-safe. */
  public static final class Builder {

    private static final int DEFAULT_MAX_PIPELINES = 200;

    private final Pipelines pipelines;
    int maxPipelines = DEFAULT_MAX_PIPELINES;
    boolean timesEveryCall;
    boolean histograms;
    Tags tags = Tags.empty();

    private Builder(Pipelines pipelines) {
      this.pipelines = pipelines;
    }

    /**
     * How many pipelines have meters of their own at a time. The counts of all further ones go to
     * the name {@code _other}, without gauges: a name for each customer must not fill the
     * monitoring system.
     *
     * @param most 1 to 100,000; 200 by default. One has about 76 series.
     * @return this
     */
    public Builder maxPipelines(int most) {
      maxPipelines = Checks.range("maxPipelines", most, 1, 100_000);
      return this;
    }

    /**
     * Takes the time of every call, however many there are.
     *
     * @return this; by default a sample of the calls of a busy pipeline is timed
     */
    public Builder timeEveryCall() {
      timesEveryCall = true;
      return this;
    }

    /**
     * Publishes the timers as histograms, from which a monitoring system computes percentiles over
     * many processes. That is about 70 series for each timer and outcome; a {@code MeterFilter} of
     * the registry can set other buckets.
     *
     * @return this; not done by default
     */
    public Builder histograms() {
      histograms = true;
      return this;
    }

    /**
     * Tags that all meters have besides their own.
     *
     * @param common the tags; none by default
     * @return this
     */
    public Builder tags(Iterable<Tag> common) {
      tags = Tags.of(Checks.notNull("tags", common));
      return this;
    }

    /**
     * Builds it.
     *
     * @return to be bound to a registry of meters
     */
    public EvenkeelMetrics build() {
      return new EvenkeelMetrics(pipelines, copy());
    }

    private Builder copy() {
      Builder copy = new Builder(pipelines);
      copy.maxPipelines = maxPipelines;
      copy.timesEveryCall = timesEveryCall;
      copy.histograms = histograms;
      copy.tags = tags;
      return copy;
    }
  }
}
