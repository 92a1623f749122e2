package dev.evenkeel.core;

/**
 * What an asynchronous layer goes on with when the layers inside it are done; the outcome stands in
 * the frame.
 */
@FunctionalInterface
interface Completion {
  void complete(Frame frame);
}
