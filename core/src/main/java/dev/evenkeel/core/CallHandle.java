package dev.evenkeel.core;

/**
 * A call under way that its caller may give up.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 */
@FunctionalInterface
public interface CallHandle {

  /**
   * Nobody waits for it any more: what is under way is cancelled, and no other attempt starts. May
   * be called from any thread, and again.
   */
  void abandon();
}
