package dev.evenkeel.core;

/**
 * An adapter for calls whose attempts give elements before they end. Such an attempt is never
 * complete at once; it is told when to begin.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 *
 * @param <C> a call, as its caller has made it
 * @param <A> one of its attempts
 */
public interface StreamAdapter<C, A> extends AsyncAdapter<C, A> {

  /**
   * Lets an attempt begin to give elements.
   *
   * @param attempt the attempt
   * @param signals what to tell
   */
  void begin(A attempt, StreamSignals signals);

  /**
   * Whether an element is asked for that was not given yet.
   *
   * @param call the call
   * @return if false, the time between elements stands still
   */
  boolean isAsked(C call);

  /**
   * Whether another attempt or a fallback may follow after elements have gone out.
   *
   * @param call the call
   * @return false for most
   */
  boolean mayRestart(C call);
}
