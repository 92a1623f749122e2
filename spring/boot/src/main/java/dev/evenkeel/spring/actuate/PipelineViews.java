package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.settings.LiveSettings;
import dev.evenkeel.settings.Property;
import dev.evenkeel.spring.EnvironmentSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** Makes of pipelines what the endpoint shows. Thread-safe. */
public final class PipelineViews {

  private final PipelineEvents events;
  private final Overrides overrides;
  private final EnvironmentSettings settings;
  private final Kernel kernel;

  PipelineViews(
      PipelineEvents events, Overrides overrides, EnvironmentSettings settings, Kernel kernel) {
    this.events = events;
    this.overrides = overrides;
    this.settings = settings;
    this.kernel = kernel;
  }

  /**
   * All pipelines.
   *
   * @param pipelines by their names
   */
  public record All(Map<String, Summary> pipelines) implements OperationResponseBody {}

  /**
   * One of all.
   *
   * @param observeOnly whether the policies only say what they would do
   * @param policies the names of the policies, outermost first
   * @param gates the gates that have a state
   */
  public record Summary(boolean observeOnly, List<String> policies, List<Gate> gates) {}

  /**
   * One pipeline.
   *
   * @param name its name
   * @param observeOnly whether the policies only say what they would do
   * @param describe the nesting, a line for each policy
   * @param warnings what is doubtful about it
   * @param gates the gates that have a state
   * @param settings what holds by the properties; null if they do not name the pipeline
   * @param counts what happened how often since the start
   * @param events the last events, the newest first
   */
  public record Details(
      String name,
      boolean observeOnly,
      List<String> describe,
      List<String> warnings,
      List<Gate> gates,
      @Nullable InForce settings,
      Map<String, Long> counts,
      List<PipelineEvents.Event> events)
      implements OperationResponseBody {}

  /**
   * A gate that has a state.
   *
   * @param policy its name
   * @param key the endpoint, shard or zone it stands for; null for the whole dependency
   * @param state which state
   * @param share how many of the calls that are asked for it lets through, 0 to 1
   * @param why it came to this state; null if it was never another, or the pipeline has no listener
   * @param sinceSeconds how long ago; null as {@code why}
   * @param override what was done with it by hand and is not over; null if nothing was
   */
  public record Gate(
      String policy,
      @Nullable String key,
      String state,
      double share,
      @Nullable String why,
      @Nullable Double sinceSeconds,
      @Nullable Held override) {}

  /**
   * What was done by hand.
   *
   * @param action what
   * @param secondsLeft until it is undone
   * @param reason why
   * @param by who did it
   * @param before the state that was there before
   */
  public record Held(String action, double secondsLeft, String reason, String by, String before) {}

  /**
   * What came of a change.
   *
   * @param pipeline whose
   * @param key of which key; null for the whole dependency
   * @param action what was done
   * @param before the state before it
   * @param after the state after it
   * @param expiry how long it lasts
   * @param atTheExpiry what happens then
   */
  public record Changed(
      String pipeline,
      @Nullable String key,
      String action,
      String before,
      String after,
      String expiry,
      String atTheExpiry)
      implements OperationResponseBody {}

  /**
   * The settings of a pipeline.
   *
   * @param version of all settings; goes up by one with each change
   * @param values the values that hold, with where each comes from
   */
  public record InForce(long version, List<Property> values) {}

  /**
   * What came of a change of settings.
   *
   * @param pipeline whose
   * @param version of all settings after it
   * @param change what is another value now: before and after
   * @param expiry how long it lasts
   */
  public record SettingsChanged(String pipeline, long version, String change, String expiry)
      implements OperationResponseBody {}

  private @Nullable InForce inForce(String pipeline) {
    LiveSettings.Current current = settings.current();
    return current.settings().pipelines().contains(pipeline)
        ? new InForce(current.version(), current.settings().of(pipeline).effective())
        : null;
  }

  Summary summary(Pipeline pipeline) {
    return new Summary(
        pipeline.isObserveOnly(),
        pipeline.policies().stream().map(policy -> policy.name()).toList(),
        gates(pipeline));
  }

  Details details(Pipeline pipeline) {
    return new Details(
        pipeline.name(),
        pipeline.isObserveOnly(),
        Arrays.asList(pipeline.describe().split("\n", -1)),
        pipeline.warnings(),
        gates(pipeline),
        inForce(pipeline.name()),
        events.counts(pipeline.name()),
        events.events(pipeline.name()));
  }

  private List<Gate> gates(Pipeline pipeline) {
    long now = kernel.nanoTime();
    return Gates.of(pipeline).stream()
        .map(gate -> gate(pipeline.name(), gate, now))
        .toList();
  }

  private Gate gate(String pipeline, Gates.Keyed keyed, long now) {
    String policy = keyed.gate().name();
    GateState state = keyed.gate().state();
    StateChange change = events.lastChange(pipeline, policy, keyed.key(), state.kind());
    Overrides.Held held = overrides.active(new Overrides.Where(pipeline, keyed.key()));
    return new Gate(
        policy,
        keyed.key(),
        state.kind().name(),
        state.share(),
        change == null ? null : change.reason(),
        change == null ? null : PipelineEvents.seconds(now - change.atNanos()),
        held == null
            ? null
            : new Held(
                held.action().text(),
                PipelineEvents.seconds(held.untilNanos() - now),
                held.reason(),
                held.who(),
                held.before().toString()));
  }
}
