package dev.evenkeel.core;

/**
 * Hears which pipelines come and go in a {@link Pipelines} registry. Both methods do nothing unless
 * overridden. They are called under no lock, one at a time and in the order in which it happened,
 * on a thread that changes the registry, and may use the registry; what they throw is logged once
 * and goes no further.
 */
public interface RegistryListener {

  /**
   * A pipeline was added, or was there when the listener was.
   *
   * @param pipeline the pipeline
   */
  default void onPipelineAdded(Pipeline pipeline) {}

  /**
   * A pipeline was taken out, and is closed.
   *
   * @param pipeline the pipeline
   */
  default void onPipelineRemoved(Pipeline pipeline) {}
}
