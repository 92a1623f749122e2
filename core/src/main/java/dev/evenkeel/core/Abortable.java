package dev.evenkeel.core;

/**
 * The part of an asynchronous call that is under way and can be told that nobody waits for it any
 * more.
 */
@FunctionalInterface
interface Abortable {
  void abort();
}
