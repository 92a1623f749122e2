package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Takes what another library keeps in thread locals, a trace or the keys of the log, along with a
 * call: to every thread but the caller's own on which the engine runs a user's code for it. That is
 * later attempts, hedges, detached attempts, fallbacks, listeners, and what depends on the future
 * of an asynchronous call.
 *
 * <p>Found by the {@link java.util.ServiceLoader}, with the class loader of this class; for
 * OpenTelemetry, the MDC and Micrometer {@code evenkeel-tracing} has one. Where none is found a
 * call pays nothing, and where one is, only calls that change threads do.
 *
 * <p>Implementations are thread-safe, quick, and have a public constructor without arguments. What
 * they throw is logged once and the call goes on without what they carry.
 */
public interface ContextCarrier {

  /**
   * Called on the caller's thread, when its call is about to leave it.
   *
   * @return what is in force there; null if nothing
   */
  @Nullable Snapshot capture();

  /** What was in force. Thread-safe: may be put in force on several threads at once. */
  @FunctionalInterface
  interface Snapshot {

    /**
     * Puts it in force on the current thread.
     *
     * @return puts back what was there before; called on the same thread
     */
    Scope open();
  }

  /** In force until it is closed. */
  @FunctionalInterface
  interface Scope extends AutoCloseable {

    @Override
    void close();
  }
}
