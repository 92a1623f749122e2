package dev.evenkeel.settings;

import dev.evenkeel.core.Policy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What holds for one pipeline. Immutable and thread-safe. */
public final class PipelineSettings {

  private final String name;
  private final List<Section> layers;
  private final boolean named;

  PipelineSettings(String name, List<Section> layers, boolean named) {
    this.name = name;
    this.layers = layers;
    this.named = named;
  }

  /**
   * The pipeline's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Makes the policies. Each call makes new ones, with a state of their own: put them into one
   * pipeline.
   *
   * @return in the canonical order; empty if no policy is set
   * @throws SettingsException if the settings do not name the pipeline, and what it inherits does
   *     not make whole policies; for those that they name, that was checked before
   */
  public List<Policy> policies() {
    return List.copyOf(make(reading()));
  }

  /**
   * The values that hold, with where each comes from. These are what the policies are made with.
   *
   * @return of each policy that there is, each key, as below the pipeline's name, with its value;
   *     the origin is {@code default} if nothing is set; {@code observe-only} only if it is set.
   *     Immutable.
   * @throws SettingsException as {@link #policies}
   */
  public List<Property> effective() {
    Reading reading = reading();
    Boolean unused = reading.observeOnly();
    make(reading);
    return reading.effective();
  }

  /**
   * Whether the pipeline is observe-only, see {@link dev.evenkeel.core.Pipeline#observeOnly}.
   *
   * @return null if no setting says so or not: what code has set stays then
   */
  public @Nullable Boolean observeOnly() {
    return reading().observeOnly();
  }

  private Reading reading() {
    return new Reading(name, layers, named);
  }

  private static List<Policy> make(Reading reading) {
    Problems problems = new Problems();
    List<Policy> policies = PolicyFactory.make(reading, problems);
    problems.throwIfAny();
    return policies;
  }

  @Override
  public String toString() {
    return "PipelineSettings(" + name + ")";
  }
}
