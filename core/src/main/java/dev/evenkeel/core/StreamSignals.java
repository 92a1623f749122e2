package dev.evenkeel.core;

/**
 * Hears what a stream does: elements between the beginning and the end. Thread-safe. While an
 * element is on its way the attempt does not end, so that nothing overtakes it: whatever ends the
 * attempt meanwhile takes effect when the element has arrived.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 */
public interface StreamSignals extends AttemptEnd {

  /**
   * An element is about to be given.
   *
   * @return false if the attempt is over: the element must not be given, and {@link #elementEnds}
   *     is not called
   */
  boolean elementBegins();

  /** The element has arrived. */
  void elementEnds();

  /** An element was asked for. */
  void asked();
}
