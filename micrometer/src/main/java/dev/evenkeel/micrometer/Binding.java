package dev.evenkeel.micrometer;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.RegistryListener;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pipelines of one registry and the meters of another. Thread-safe. */
final class Binding implements RegistryListener {

  private final MeterRegistry registry;
  private final EvenkeelMetrics.Builder settings;

  // Guarded by this.
  private final Map<Pipeline, Bound> bound = new HashMap<>();
  private @Nullable Shared others;
  private boolean closed;

  Binding(MeterRegistry registry, EvenkeelMetrics.Builder settings) {
    this.registry = registry;
    this.settings = settings;
  }

  /** What a pipeline has been given. */
  private record Bound(@Nullable PipelineMeters own, CallMeters counts, DurationSwitch durations) {}

  /** What pipelines share for which there is no room. */
  private record Shared(PipelineMeters meters, Comebacks comebacks) {}

  @Override
  public synchronized void onPipelineAdded(Pipeline pipeline) {
    if (closed || bound.containsKey(pipeline)) {
      return;
    }
    long withOwn = bound.values().stream().filter(one -> one.own() != null).count();
    bound.put(pipeline, withOwn < settings.maxPipelines ? bind(pipeline) : share(pipeline));
  }

  private Bound bind(Pipeline pipeline) {
    PipelineMeters meters = meters(pipeline.name());
    Comebacks comebacks = new Comebacks(meters);
    comebacks.bindTo(meters);
    PolicyGauges gauges = new PolicyGauges(pipeline, meters);
    gauges.bind();
    return listen(pipeline, meters, meters, comebacks, gauges::bind);
  }

  private Bound share(Pipeline pipeline) {
    Shared shared = others;
    if (shared == null) {
      PipelineMeters meters = meters(Words.OTHER);
      shared = new Shared(meters, new Comebacks(meters));
      others = shared;
    }
    return listen(pipeline, null, shared.meters(), shared.comebacks(), () -> {});
  }

  private Bound listen(
      Pipeline pipeline,
      @Nullable PipelineMeters own,
      PipelineMeters meters,
      Comebacks comebacks,
      Runnable onSettings) {
    DurationSwitch durations = new DurationSwitch(pipeline, meters, settings.timesEveryCall);
    CallMeters counts = new CallMeters(meters, durations, comebacks, onSettings);
    pipeline.addListener(counts);
    durations.begin();
    return new Bound(own, counts, durations);
  }

  private PipelineMeters meters(String name) {
    return new PipelineMeters(registry, settings.tags.and("pipeline", name), settings.histograms);
  }

  @Override
  public synchronized void onPipelineRemoved(Pipeline pipeline) {
    Bound gone = bound.remove(pipeline);
    if (gone != null) {
      end(pipeline, gone);
    }
  }

  private static void end(Pipeline pipeline, Bound gone) {
    boolean unused = pipeline.removeListener(gone.counts());
    gone.durations().end();
    PipelineMeters own = gone.own();
    if (own != null) {
      own.remove();
    }
  }

  synchronized void close() {
    closed = true;
    bound.forEach(Binding::end);
    bound.clear();
    if (others != null) {
      others.meters().remove();
    }
  }
}
