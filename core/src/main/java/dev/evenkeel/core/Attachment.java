package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/** What a {@link Gate} is told when it becomes part of a pipeline. Thread-safe. */
public interface Attachment {

  /**
   * The pipeline's name.
   *
   * @return the name
   */
  String pipelineName();

  /**
   * The key of the calls this gate is for, when it is one of several, see {@link PerKey}.
   *
   * @return the key; null if the gate is for all calls
   */
  default @Nullable String key() {
    return null;
  }

  /**
   * The pipeline's kernel.
   *
   * @return the kernel
   */
  Kernel kernel();

  /**
   * Whether what happens to the gate is written to the log. A simulation of many processes says no.
   *
   * @return true unless overridden
   */
  default boolean isLogged() {
    return true;
  }

  /**
   * Whether the pipeline is observe-only at this moment, see {@link Pipeline#observeOnly}: what the
   * gate decides is not done, and its log lines should say so.
   *
   * @return false unless overridden
   */
  default boolean isObserveOnly() {
    return false;
  }

  /**
   * Tells the pipeline's listener of a change of state. A listener that throws is caught.
   *
   * @param change what changed
   */
  void stateChanged(StateChange change);
}
