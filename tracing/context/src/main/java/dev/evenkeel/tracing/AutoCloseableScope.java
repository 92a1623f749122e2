package dev.evenkeel.tracing;

/** Something to undo, which cannot fail. */
interface AutoCloseableScope extends AutoCloseable {

  /** Nothing to undo. */
  AutoCloseableScope NONE = () -> {};

  @Override
  void close();
}
